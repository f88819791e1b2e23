import Sweeping

/// Hands the rows that a transaction is about to delete or change to the archive, as its snapshot shows them.
///
/// The transaction is REPEATABLE READ. Whatever it takes or changes then, by itself or by a foreign key at any depth, is what its snapshot
/// shows: where somebody else has written such a row meanwhile, or hung a new one off it, the server gives up the statement with a
/// serialization failure (for foreign keys that is `crosscheck_snapshot` in PostgreSQL's ri_triggers.c). So rows are read, and made durable,
/// before the first of them is locked, and nobody waits for that.
struct RowKeeping {
    let archive: any ArchiveSink
    let plan: WritePlan
    /// What goes along; nil where rows are only changed.
    let reach: DeletionReach?
    let tables: KeptTables
    let link: PostgresLink

    /// What was kept of a transaction.
    struct Kept {
        /// Whether the rows were durable before the transaction began, so that it only has to be said which of them went.
        var isAhead = false
        /// Rows of the table itself that are deleted.
        var own = 0
        var along = 0
        /// Rows that are changed and of which nobody knows yet what becomes of them, as they are.
        var awaiting: [ArchivedRow] = []
        /// Rows that were changed.
        var changed = 0
        /// Rows that were changed and that nothing names, or another key than before, so that nobody could put them back.
        var unnamed = 0
        /// Whether there may be rows that nobody could look at.
        var isBlind = false
        /// Why rows aren't kept that should be.
        var trouble: String?
        /// How long rows came in: twice as many would have taken twice as long.
        var reading = Duration.zero
    }

    /// How long rows may be read. No lock is held that anybody would wait for.
    static let longestRead: Duration = .seconds(60)

    /// What ends the reading: the settings that it needed go with it.
    static let ending = [Statement("ROLLBACK TO SAVEPOINT reading"), Statement("RELEASE SAVEPOINT reading")]
    private static let beginning = [Statement("SAVEPOINT reading"), ExactText.settings()]

    /// Locks what the statements would change.
    /// - Returns: whether this role may.
    func lock(_ steps: [WritePlan.Step]) throws -> Bool {
        let question = Statement("SELECT has_table_privilege(\(plan.table.number)::oid, 'UPDATE')")
        guard try link.run(question).flag(0, 0) else { return false }
        _ = try link.run(
            steps.map { step in
                var statement = step.found
                statement.sql = "SELECT 1" + statement.sql + " FOR UPDATE OF t"
                return statement
            })
        return true
    }

    /// Reads what the statements would change, in a transaction that has begun; `ending` has to follow.
    func read(_ steps: [WritePlan.Step]) throws -> Kept {
        var kept = Kept()
        let table = try tables.table(plan.table, as: plan.change.selection.table, in: link)
        guard table.isReadable else {
            kept.trouble = RowKeeping.unreadable(table)
            _ = try link.run(RowKeeping.beginning)
            return kept
        }
        let deletes = plan.change.action == .delete
        let hanging = try deletes ? reach.flatMap(hanging(off:)) : nil
        let place = hanging.map { "t.tableoid, t.ctid, \($0), " } ?? ""
        let questions = steps.map { step in
            var question = step.found
            question.sql = "SELECT \(place)\(table.readings())" + question.sql
            question.isText = true
            return question
        }
        var places: (partitions: [[UInt8]?], rows: [[UInt8]?]) = ([], [])
        let statements = RowKeeping.beginning + questions
        var begun: Duration?
        _ = try link.run(statements, streaming: RowKeeping.beginning.count..<statements.count) { _, rows in
            begun = begun ?? MonotonicTime.now()
            let row = table.row(rows, 0, from: hanging == nil ? 0 : 3)
            if deletes {
                kept.own += 1
                archive.keep(row)
            } else {
                kept.awaiting.append(row)
            }
            if hanging != nil, rows.bytes(0, 2)?.first == UInt8(ascii: "t") {
                places.partitions.append(rows.bytes(0, 0).map(Array.init))
                places.rows.append(rows.bytes(0, 1).map(Array.init))
            }
        }
        if let begun { kept.reading = MonotonicTime.now() - begun }
        if let reach, !places.rows.isEmpty { try readAlong(places, reach, &kept) }
        return kept
    }

    /// Whether rows may hang off one that goes, so that it has to be found out which.
    /// - Returns: nil where nothing can.
    private func hanging(off reach: DeletionReach) throws -> String? {
        reach.isAlone ? nil : try reach.hanging(tables, in: link) ?? "true"
    }

    private func readAlong(
        _ places: (partitions: [[UInt8]?], rows: [[UInt8]?]), _ reach: DeletionReach, _ kept: inout Kept
    ) throws {
        let targets = try reach.targets(in: link)
        let tables = try targets.map { try self.tables.table($0.table, in: link) }
        if let hidden = tables.first(where: { !$0.isReadable }) {
            // Who may not read it can't find out which rows of it there are, either.
            kept.trouble = RowKeeping.unreadable(hidden)
            kept.isBlind = zip(tables, targets).contains { !$0.isReadable && $1.loosening != nil }
            return
        }
        var reached: [DeletionReach.Places] = []
        _ = try link.run([reach.reaching(places, targets)], streaming: 0..<1) { _, rows in
            guard let target = rows.integer(0, 0).map({ Int($0) }), let partition = rows.integer(0, 1),
                let place = rows.bytes(0, 2)
            else { return }
            let known = reached.lastIndex { $0.target == target && $0.partition == partition }
            if known == nil { reached.append(DeletionReach.Places(target: target, partition: partition)) }
            reached[known ?? reached.count - 1].add(place)
        }
        guard !reached.isEmpty else { return }
        reached.sort { $0.target < $1.target }
        let readings = reached.map { $0.reading(tables[$0.target]) }
        var begun: Duration?
        _ = try link.run(readings, streaming: 0..<readings.count) { place, rows in
            begun = begun ?? MonotonicTime.now()
            let table = tables[reached[place].target]
            var row = table.row(rows, 0)
            guard let loosening = targets[reached[place].target].loosening else {
                kept.along += 1
                return archive.keep(row)
            }
            if let new = table.foreseen(row.values, loosenedBy: loosening) {
                row.fate = .changed(to: new)
                kept.changed += 1
                archive.keep(row)
            } else {
                kept.awaiting.append(row)
            }
        }
        if let begun { kept.reading += MonotonicTime.now() - begun }
    }

    /// Reads what became of the rows that were changed, before the transaction ends.
    func readChanged(_ kept: inout Kept?) throws {
        guard var known = kept else { return }
        defer { kept = known }
        try readChanged(&known)
    }

    private func readChanged(_ kept: inout Kept) throws {
        let groups = Dictionary(grouping: kept.awaiting) { ObjectIdentifier($0.table) }
        for rows in groups.values {
            guard let table = tables.known(rows[0].table), !table.isNumbered else {
                kept.trouble = "rows of \(rows[0].table.table) were changed that nothing names"
                kept.unnamed += rows.count
                continue
            }
            let (question, width) = table.looking(for: rows, by: \.values)
            var new: [Int: [Value]] = [:]
            let statements = RowKeeping.beginning + [question] + RowKeeping.ending
            _ = try link.run(statements, streaming: 2..<3) { _, found in
                if let place = found.text(0, 0).flatMap(Int.init) {
                    new[place - 1] = table.values(found, 0, from: width)
                }
            }
            for (place, row) in rows.enumerated() {
                guard let values = new[place] else {
                    // A default that belongs to the key has named the row anew.
                    kept.trouble = "rows of \(table.archived.table) have another key now than before"
                    kept.unnamed += 1
                    continue
                }
                var row = row
                row.fate = .changed(to: values)
                archive.keep(row)
                kept.changed += 1
            }
        }
    }

    /// Tells of rows that went or changed and weren't kept.
    func tellMissed(_ kept: Kept, _ count: Int) {
        let reason = kept.trouble ?? "triggers of the database deleted or changed rows that can't be put back"
        for _ in 0..<max(count, kept.isBlind ? 1 : 0) { archive.miss(reason) }
    }

    private static func unreadable(_ table: KeptTable) -> String {
        "this role may not read all of \(table.archived.table), so its rows can't be kept: GRANT SELECT ON \(table.shape.sql)"
    }
}

extension KeptTable {
    /// What a row will be once it refers to nothing any more; nil where only the database knows.
    func foreseen(_ values: [Value], loosenedBy keys: [ForeignKeyShape]) -> [Value]? {
        guard keys.count == 1, keys[0].onDelete == .setNull, !keys[0].isPartial, shape.onUpdate.isEmpty, !isNumbered
        else {
            return nil
        }
        var new = values
        for (place, column) in columns.enumerated()
        where keys[0].childColumns.contains(where: { $0.isSame(as: column.name) }) {
            new[place] = .null
        }
        return new
    }

    /// Asks for rows by what names them.
    /// - Returns: the question, and at which column of its answer the row begins. The first is the row's number among those asked for.
    func looking(for rows: [ArchivedRow], by values: (ArchivedRow) -> [Value]) -> (question: Statement, first: Int) {
        var question = Statement()
        let key = archived.key.map { columns[$0] }
        let lists = zip(archived.key, key).map { place, column in
            "\(question.bind(rows.map { ExactText.argument(values($0)[place]) }))::\(column.type)[]"
        }.joined(separator: ", ")
        let names = key.indices.map { "k\($0)" }.joined(separator: ", ")
        let link = zip(key.indices, key).map { "\($1.sql()) = g.k\($0)" }.joined(separator: " AND ")
        question.sql = """
            SELECT g.place, t.xmin, \(readings()) FROM unnest(\(lists)) WITH ORDINALITY AS g (\(names), place) \
            JOIN \(shape.ownRows) AS t ON \(link)
            """
        question.isText = true
        return (question, 2)
    }
}
