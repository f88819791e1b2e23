import Sweeping

/// One run's connection to the application's database.
package struct PostgresSession: MaintenanceSession {
    package typealias Key = PostgresKey
    package typealias Cursor = ScanCursor

    private let connection: PostgresConnection
    /// Whether the connection ends with the session, and not with the run's lease.
    private let ownsConnection: Bool
    let address: PostgresAddress
    private let notices: NoticeReceiver
    let lease: PostgresLease?
    let second: SecondConnection
    let options: SessionOptions
    let schema: PostgresSchema
    let gone = ForeseenRows()
    let gauge: PressureGauge
    /// Whether the run ends with VACUUM.
    let vacuums: Bool
    let changed = ChangedTables()
    let keptTables = KeptTables()
    let wholeRows = WholeRowsKnown()
    private let end = SessionEnd()
    /// A server whose commits take longer is in no state to be swept.
    private static let longestCommit: Duration = .seconds(10)

    static func open(
        _ address: PostgresAddress, under lease: PostgresLease?, notices: NoticeReceiver, options: SessionOptions,
        limits: PressureLimits
    ) async throws -> PostgresSession {
        let connection: PostgresConnection
        if let lease {
            connection = lease.connection
        } else {
            connection = try await .open(address, writing: !options.dryRun, notices: notices)
        }
        do {
            let schema = try await connection.perform { link in
                link.patience.isStopping = options.isStopping
                try ServerKind.check(link, address.name)
                return try PostgresSchema(link)
            }
            return PostgresSession(
                connection: connection, ownsConnection: lease == nil, address: address, notices: notices, lease: lease,
                second: SecondConnection(address, notices: notices, options: options), options: options, schema: schema,
                gauge: PressureGauge(limits, note: notices.note),
                vacuums: limits.vacuums)
        } catch {
            if lease == nil { await connection.close() }
            throw StoreError(translating: error, database: address.name)
        }
    }

    /// Does `work` on the connection's thread.
    /// - Throws: `StoreError`; once one of them has ended the session, that one for ever.
    func perform<Value: Sendable>(_ work: @escaping @Sendable (PostgresLink) throws -> Value) async throws -> Value {
        try end.check()
        do {
            return try await connection.perform(work)
        } catch {
            let failure = StoreError(translating: error, database: address.name)
            if failure.endsRun { end.note(failure) }
            throw failure
        }
    }

    /// - Throws: `StoreError` once another run may have begun.
    func checkLease() async throws { try await lease?.check() }

    package func require(_ needs: [TableNeed]) async throws {
        try await perform { try schema.require(needs, in: $0) }
    }

    package func facts(of table: TableReference) async throws -> TableFacts? {
        try await perform { link in
            guard let shape = try? schema.table(table, in: link) else { return nil }
            let references = try schema.keys(onto: shape.number).map { key in
                let child = try schema.table(key.child, in: link)
                return TableFacts.Reference(
                    TableReference(child.name, schema: child.schema == "public" ? nil : child.schema),
                    column: key.childColumns.first ?? "", fate: key.onDelete.fate)
            }
            return TableFacts(
                table, columns: shape.columns.map { TableFacts.Column($0.name, $0.type) },
                primaryKey: shape.primaryKey, references: references,
                triggers: try SchemaReader.triggers(on: shape.number, in: link))
        }
    }

    package func areUnchanged(_ rows: [Key], for change: TableChange) async throws -> [Bool] {
        try await perform { link in
            var patient = change
            patient.dependents = []
            let plan = try WritePlan(patient, schema, options, in: link)
            let batch = rows.map { PlannedRow($0) }
            let found = try reading(try plan.look(at: Array(rows.indices), of: batch), in: link)
            var unchanged = Array(repeating: false, count: rows.count)
            for row in 0..<found.count {
                guard let place = found.integer(row, 0).map({ Int($0) - 1 }), rows.indices.contains(place) else {
                    continue
                }
                let writer = UInt32(truncatingIfNeeded: found.integer(row, 1) ?? 0)
                unchanged[place] = writer == rows[place].writer && found.flag(row, 2)
            }
            return unchanged
        }
    }

    package func count(_ selection: Selection, within limit: Duration) async throws -> RowCount {
        try await perform { link in
            try RowCounting(scan: RowScan(selection, schema, options, in: link))
                .count(until: MonotonicTime.now() + limit, in: link)
        }
    }

    package func page(_ selection: Selection, after cursor: Cursor?, limit: Int) async throws -> Page<Key, Cursor> {
        try await perform { link in
            let scan = try RowScan(selection, schema, options, gone: options.dryRun ? gone : nil, in: link)
            var page = try scan.page(after: cursor, limit: limit, in: link)
            // What would have gone with others isn't there any more in a run.
            if options.dryRun { page.rows.removeAll { gone.contains($0.key.name, of: scan.table.number, as: .gone) } }
            return page
        }
    }

    package func cascades(from child: TableReference, onto parent: TableReference) async throws -> [CascadingKey] {
        try await perform { link in
            guard let child = try? schema.table(child, in: link), let parent = try? schema.table(parent, in: link)
            else {
                return []
            }
            return schema.keys(onto: parent.number)
                .filter { $0.child == child.number && $0.onDelete == .cascade && $0.childColumns.count == 1 }
                .map { CascadingKey(column: $0.childColumns[0], parentColumn: $0.parentColumns[0]) }
        }
    }

    package func change(_ rows: [PlannedRow<Key>], by change: TableChange, within hold: Duration) async throws
        -> BatchOutcome
    {
        guard !rows.isEmpty else { return BatchOutcome(rows: []) }
        if options.dryRun { return try await foresee(rows, change, hold) }
        try await checkLease()
        let tried = try await perform { link in
            let plan = try WritePlan(change, schema, options, in: link)
            var writer = try writer(plan, rows, hold, isRehearsal: false, link)
            defer { if writer.isEntangled { wholeRows.noteEntangled(change.selection.label) } }
            do {
                try writer.run()
                changed.note(writer.outcome.rows.count { $0 == .done }, of: plan.table.number)
                return Trial(outcome: writer.outcome, results: writer.results, slowestCommit: writer.slowestCommit)
            } catch {
                return Trial(
                    outcome: writer.outcome, results: writer.results,
                    failure: StoreError(translating: error, database: address.name), unknown: writer.pending)
            }
        }
        guard let failure = tried.failure else {
            if tried.slowestCommit > Self.longestCommit {
                end.note(
                    StoreError(
                        .inputOutput,
                        "a commit on \(address.name) took \(tried.slowestCommit.components.seconds) s: a synchronous standby that is gone, or the"
                            + " disk; what was done is kept"))
            }
            return tried.outcome
        }
        if failure.endsRun { end.note(failure) }
        var outcome = tried.outcome
        if let unknown = tried.unknown {
            var results = tried.results
            // Where it can't be found out, what was kept stays kept; what the parts before it did is told all the same.
            if let fates = try await fates(of: unknown, in: rows, change, failure, isFirst: results[0] == nil) {
                // Known not to have been: then nothing of it is to be put back.
                if fates.isEmpty { options.archive?.discard() } else { options.archive?.confirm() }
                for (row, result) in fates { results[row] = result }
            }
            outcome.rows = results.prefix { $0 != nil }.compactMap(\.self)
        }
        // What the parts before it did is done; the rest will be asked for again.
        guard !outcome.rows.isEmpty else { throw failure }
        return outcome
    }

    /// What came of a batch.
    private struct Trial: Sendable {
        var outcome: BatchOutcome
        var results: [BatchOutcome.Row?]
        var failure: StoreError?
        var unknown: BatchWriter.Pending?
        var slowestCommit = Duration.zero
    }

    /// The run is over with its connection; what it did is still to be told, once, and to the row.
    /// - Parameter isFirst: whether nothing else is to be told.
    /// - Returns: nil where it couldn't be found out; every later request says so.
    private func fates(
        of unknown: BatchWriter.Pending, in rows: [PlannedRow<Key>], _ change: TableChange, _ failure: StoreError,
        isFirst: Bool
    ) async throws -> [Int: BatchOutcome.Row]? {
        let processID = connection.processID
        let deadline = BatchFate.deadline(isStopping: options.isStopping())
        while true {
            do {
                let other = try await PostgresConnection.open(address, writing: true, notices: notices)
                let fates: Result<[Int: BatchOutcome.Row], any Error>
                do {
                    fates = .success(
                        try await other.perform { link in
                            let plan = try WritePlan(change, schema, options, in: link)
                            return try BatchFate(
                                plan: plan, batch: rows, unknown: unknown, processID: processID, deadline: deadline
                            ).find(in: link)
                        })
                } catch {
                    fates = .failure(error)
                }
                await other.close()
                return try fates.get()
            } catch {
                guard MonotonicTime.now() < deadline else {
                    let uncertain = StoreError(
                        .connectionLost,
                        "\(failure.message); whether its last \(unknown.rows.count) rows were changed couldn't be found out"
                    )
                    end.replace(with: uncertain)
                    if isFirst { throw uncertain }
                    return nil
                }
                try? await Task.sleep(for: .milliseconds(200))
            }
        }
    }

    /// Does work that takes back all that it changes.
    func rehearse(_ rows: [PlannedRow<Key>], _ change: TableChange, _ hold: Duration) async throws -> BatchOutcome {
        try await perform { link in
            let plan = try WritePlan(change, schema, options, in: link)
            var writer = try writer(plan, rows, hold, isRehearsal: true, link)
            do { try writer.run() } catch { if writer.outcome.rows.isEmpty { throw error } }
            return writer.outcome
        }
    }

    private func writer(
        _ plan: WritePlan, _ rows: [PlannedRow<Key>], _ hold: Duration, isRehearsal: Bool, _ link: PostgresLink
    ) throws -> BatchWriter {
        let reach = plan.change.action == .delete ? try DeletionReach(plan, schema, in: link) : nil
        let archive = isRehearsal || options.dryRun ? nil : options.archive
        return BatchWriter(
            link: link, plan: plan, batch: rows, hold: hold, options: options, isRehearsal: isRehearsal,
            family: reach?.isFamily == true ? reach : nil,
            keeping: archive.map {
                RowKeeping(archive: $0, plan: plan, reach: reach, tables: keptTables, link: link)
            }, foreseen: plan.change.isTrial ? ForeseenRows() : gone)
    }

    package func close() async {
        await second.close()
        if ownsConnection { await connection.close() }
    }
}
