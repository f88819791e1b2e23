import GRDB
import Sweeping

/// Reading and changing rows.
extension SQLiteSession {
    package func require(_ needs: [TableNeed]) async throws {
        try await perform { try schema.require(needs, in: $0) }
    }

    package func count(_ selection: Selection, within limit: Duration) async throws -> RowCount {
        try await perform { database in
            let deadline = MonotonicTime.now() + min(limit, longestRead(database))
            return try TableRows(selection, schema, times, gone, in: database).scan.count(until: deadline, in: database)
        }
    }

    package func facts(of table: TableReference) async throws -> TableFacts? {
        try await perform { database in
            guard let shape = try? schema.table(table, in: database) else { return nil }
            let references = schema.keys(onto: shape.name).map {
                TableFacts.Reference(
                    TableReference($0.child), column: $0.childColumn, fate: $0.onDelete.fate)
            }
            return TableFacts(
                table, columns: try SchemaReader.columns(of: shape.name, in: database), primaryKey: shape.primaryKey,
                references: references,
                triggers: try SchemaReader.triggers(in: database).filter { $0.table == SQLName(shape.name) }
                    .map { TableFacts.Trigger("trigger \($0.name)", $0.definition) })
        }
    }

    package func areUnchanged(_ rows: [Key], for change: TableChange) async throws -> [Bool] {
        try await perform { database in
            let plan = try WritePlan(change, of: self, in: database)
            return try rows.map { try plan.statement.stands($0, in: database) }
        }
    }

    /// For how long something may be read at a stretch: with a rollback journal, whoever reads keeps the others' commits waiting; with a
    /// log, only its start.
    private func longestRead(_ database: Database) -> Duration {
        database.usesLog ? options.longestRead * 25 : options.longestRead
    }

    package func causesOfCost(_ change: TableChange) async throws -> [String] {
        try await perform { database in
            let table = try schema.table(change.selection.table, in: database)
            return try schema.costs(of: change.action, on: table.name, in: database)
        }
    }

    package func page(_ selection: Selection, after cursor: Cursor?, limit: Int) async throws -> Page<Key, Cursor> {
        try await perform { database in
            let rows = try TableRows(selection, schema, times, gone, in: database)
            let longest = longestRead(database)
            var page = try rows.page(after: cursor, limit: limit, within: longest, in: database)
            // What would have gone with others isn't there any more in a run.
            if options.dryRun { page.rows.removeAll { rows.isGone($0.key) } }
            return page
        }
    }

    package func newestTime(in columns: [ColumnReference]) async throws -> NewestTime? {
        try await perform { database in
            try columns.compactMap { column in
                let newest = try times.newestWithoutOffset(in: column, schema, in: database)
                return newest.map { NewestTime(column: column, time: $0) }
            }.max { $0.time < $1.time }
        }
    }

    package func cascades(from child: TableReference, onto parent: TableReference) async throws -> [CascadingKey] {
        schema.cascades(from: child.sqlName, onto: parent.sqlName).map {
            CascadingKey(column: $0.childColumn, parentColumn: $0.parentColumn)
        }
    }

    /// A dry run only tries where the database may refuse something, or where only trying tells what goes along.
    package func change(_ rows: [PlannedRow<Key>], by change: TableChange, within hold: Duration) async throws
        -> BatchOutcome
    {
        if options.dryRun {
            let foreseen = try await perform { database -> BatchOutcome? in
                let plan = try WritePlan(change, of: self, in: database)
                return plan.hasToTry && rehearsal.isPossible ? nil : try plan.foresee(rows.map(\.key), in: database)
            }
            if let foreseen { return noting(foreseen, of: rows, by: change) }
        }
        let batch = batch(rows, by: change, within: hold)
        guard !options.dryRun else { return noting(try await rehearse(batch), of: rows, by: change) }
        var outcome = try await perform(batch)
        outcome.logBytes = logBytes
        return outcome
    }

    /// Only where the database may refuse a row for another reason than what goes before it is there anything to be tried.
    package func tryOut(_ rows: [PlannedRow<Key>], by change: TableChange, within hold: Duration) async throws
        -> BatchOutcome?
    {
        let mayBeRefused = try await perform { database in
            try schema.mayRefuse(deletionFrom: change.selection.table, besides: change.dependents, in: database)
        }
        guard mayBeRefused, !options.dryRun || rehearsal.isPossible else { return nil }
        var change = change
        change.isTrial = true
        let batch = batch(rows, by: change, within: hold)
        var outcome = try await options.dryRun ? rehearse(batch) : perform(batch)
        if !options.dryRun { outcome.logBytes = logBytes }
        return outcome
    }

    /// One batch's work on a connection that may write.
    private func batch(_ rows: [PlannedRow<Key>], by change: TableChange, within hold: Duration)
        -> @Sendable (Database) throws -> BatchOutcome
    {
        let isTrial = change.isTrial
        let undoes = options.dryRun ? rehearsed : isTrial ? RehearsedRows(longest: options.longestRehearsal) : nil
        return { database in
            if !options.dryRun { try memory.room.widen(database) }
            typealias Prepared = (plan: WritePlan, capture: RowCapture?, change: RowChange, othersWrote: Bool)
            let (plan, capture, change, othersWrote) = try database.inOneRead { () throws -> Prepared in
                let plan = try WritePlan(change, of: self, in: database)
                let capture = isTrial ? nil : try self.capture(of: change.selection.label, in: database)
                if change.action == .delete {
                    capture?.announce(try schema.table(change.selection.table, in: database), schema.form)
                }
                let rowChange = try RowChange(plan, of: rows, keeping: capture, memory.suspicion, in: database)
                return (plan, capture, rowChange, foreignWrites.areNew(database))
            }
            defer {
                changed(database)
                if plan.children != nil, !CascadeSwitch.isOn(database) { end.note(CascadeSwitch.lost) }
                change.clear()
            }
            var writer = BatchWriter(
                database: database, gate: gate, busyTimeout: options.busyTimeout,
                rehearsed: undoes, isTrial: isTrial, mayRefuse: plan.mayRefuse, memory: memory, hold: hold,
                longestHold: SQLiteSession.longestHold, othersWrote: othersWrote, change: change, files: files,
                capture: capture, children: plan.children?.unlessOutdated)
            let outcome: BatchOutcome
            do {
                outcome = try writer.run(count: rows.count)
            } catch is ChildRows.Outdated {
                writer.children = nil
                outcome = try writer.run(count: rows.count)
            }
            if undoes != nil, !isTrial {
                try plan.remember(zip(rows, outcome.rows).filter { $0.1 == .done }.map(\.0.key), in: database)
            }
            return outcome
        }
    }

    /// What a dry run would have changed isn't what it was for those who ask later.
    private func noting(_ outcome: BatchOutcome, of rows: [PlannedRow<Key>], by change: TableChange) -> BatchOutcome {
        guard change.action != .delete else { return outcome }
        let done = zip(rows, outcome.rows).lazy.filter { $0.1 == .done }.map(\.0.key.name)
        settled.insert(done, of: change.selection.table.sqlName)
        return outcome
    }
}
