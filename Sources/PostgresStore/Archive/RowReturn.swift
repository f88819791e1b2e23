import Glibc
import Sweeping

/// Puts archived rows back in short transactions; in one, where nothing is in the way. What the database refuses is narrowed down by halves
/// until it is a row's own trouble.
struct RowReturn {
    /// So often a deadlock's victim tries again at once.
    private static let mostRetries = 5
    private static let retryPause: useconds_t = 50_000

    let link: PostgresLink
    let schema: PostgresSchema
    let batch: [ArchivedRow]
    /// The places of rows that come back together or not at all, group by group; nil where each goes alone.
    let circles: [[Int]]?
    /// For how long the rows may be locked; the first of them may take longer.
    let hold: Duration
    let options: SessionOptions

    var outcome = BatchOutcome(rows: [])
    private(set) var results: [PutBack?]
    var held = Duration.zero
    private var plans: [(archived: ArchivedTable, plan: Result<ReturnPlan, StoreError>)] = []

    init(
        _ batch: [ArchivedRow], _ schema: PostgresSchema, _ options: SessionOptions, within hold: Duration,
        in link: PostgresLink
    ) {
        self.batch = batch
        circles = nil
        self.schema = schema
        self.options = options
        self.hold = hold
        self.link = link
        results = Array(repeating: nil, count: batch.count)
    }

    /// Puts groups of deleted rows back whose rows refer to each other.
    init(
        groups: [[ArchivedRow]], _ schema: PostgresSchema, _ options: SessionOptions, within hold: Duration,
        in link: PostgresLink
    ) {
        batch = Array(groups.joined())
        var next = 0
        circles = groups.map { group in
            defer { next += group.count }
            return Array(next..<next + group.count)
        }
        self.schema = schema
        self.options = options
        self.hold = hold
        self.link = link
        results = Array(repeating: nil, count: batch.count)
    }

    /// - Throws: `PostgresError`, `StoreError`; what was done until then is in `results`.
    mutating func run() throws {
        if let circles { return try resolve(circles[...]) }
        if options.dryRun { return try look(byRules: true) }
        for part in parts() { try resolve(part.map { [$0] }[...]) }
    }

    /// Says what would become of each row.
    /// - Parameter byRules: whether what the tables' own rules say of them is asked, too.
    mutating func look(byRules: Bool) throws {
        for part in parts() {
            var groups = try self.groups(part)
            for (row, result) in try look(&groups, begin: "BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY") {
                results[row] = result
            }
            for row in groups.flatMap(\.going) { results[row] = .done }
            for row in try taken(groups) { results[row] = .taken }
            if byRules { judgeByRules(groups) }
            for row in part { results[row] = results[row] ?? .refused(trouble(of: row)) }
            _ = try link.run(Statement("ROLLBACK"))
        }
    }

    /// The batch, divided where a row comes up again that the same transaction may not do twice.
    private func parts() -> [[Int]] {
        var parts: [[Int]] = [[]]
        var seen: Set<ArchivedRow.Identity> = []
        for (place, row) in batch.enumerated() {
            if !row.table.key.isEmpty, !seen.insert(row.identity).inserted {
                parts.append([])
                seen = [row.identity]
            }
            parts[parts.count - 1].append(place)
        }
        return parts
    }

    /// - Parameter units: rows that stand or fall together.
    private mutating func resolve(_ units: ArraySlice<[Int]>, retries: Int = 0) throws {
        // Something comes of every batch; beyond that, it ends when its time is over.
        guard results[0] == nil || held < hold && !options.isStopping() else { return }
        do {
            try transaction(Array(units.joined()))
        } catch let error as PostgresError where !error.isLoss {
            try narrow(units, error, retries)
        }
    }

    private mutating func narrow(_ units: ArraySlice<[Int]>, _ error: PostgresError, _ retries: Int) throws {
        if error.isCancelled, options.isStopping() { throw StoreError(.busy, "the restore is to end") }
        if error.isPassing, retries < Self.mostRetries {
            usleep(useconds_t.random(in: 1_000...20_000))
            return try resolve(units, retries: retries + 1)
        }
        let isOfRow = error.blamesRow || error.blamesValue
        guard isOfRow || error.isLocked || error.isCancelled || error.isPassing else { throw error }
        if error.isLocked {
            let tables = units.joined().compactMap { try? plan(batch[$0].table).get().table.shape }
            let each = Dictionary(tables.map { ($0.number, $0) }, uniquingKeysWith: { $1 })
            for table in each.values { try link.waitForTable(table, options) }
        }
        if units.count == 1, let unit = units.first {
            if error.isLocked, retries < Int(options.busyTimeout / .microseconds(Self.retryPause)),
                !options.isStopping()
            {
                usleep(Self.retryPause)
                return try resolve(units, retries: retries + 1)
            }
            for row in unit { results[row] = error.obstacle }
            return
        }
        let middle = units.index(units.startIndex, offsetBy: units.count / 2)
        try resolve(units[..<middle])
        guard let last = units[middle - 1].last, results[last] != nil else { return }
        try resolve(units[middle...])
    }

    private mutating func transaction(_ rows: [Int], without stubborn: [Int: PutBack] = [:]) throws {
        do {
            var groups = try self.groups(rows.filter { stubborn[$0] == nil })
            var found = try look(&groups, begin: "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE")
            found.merge(stubborn) { $1 }
            for row in try orphans(groups) { found[row] = .orphan }
            keepTogether(&found)
            for place in groups.indices { groups[place].going.removeAll { found[$0] != nil } }
            let going = groups.flatMap(\.going)
            if going.isEmpty {
                _ = try link.run(Statement("ROLLBACK"))
            } else {
                let changed = circles == nil ? try write(groups, &found) : try writeTogether(groups, &found)
                guard changed.isEmpty else {
                    _ = try link.run(Statement("ROLLBACK"))
                    return try transaction(rows, without: stubborn.merging(changed) { $1 })
                }
            }
            for row in rows { results[row] = found[row] ?? results[row] ?? .refused(trouble(of: row)) }
        } catch {
            if !link.isLost { _ = try? link.run(Statement("ROLLBACK")) }
            throw error
        }
    }
}

// MARK: - Looking

extension RowReturn {
    mutating func plan(_ archived: ArchivedTable) -> Result<ReturnPlan, StoreError> {
        if let known = plans.first(where: { $0.archived === archived }) { return known.plan }
        let plan = Result<ReturnPlan, StoreError> { () throws(StoreError) in try ReturnPlan(archived, schema, in: link)
        }
        plans.append((archived, plan))
        return plan
    }

    /// Why nothing of the row's table can be put back.
    private mutating func trouble(of row: Int) -> String {
        if case .failure(let error) = plan(batch[row].table) { error.message } else { "nothing came of it" }
    }

    /// Rows of the same table that follow each other; those of tables that can take none are left out.
    private mutating func groups(_ rows: [Int]) throws -> [ReturnGroup] {
        var groups: [ReturnGroup] = []
        var last: (table: ArchivedTable, isChange: Bool, rows: [Int])?
        func isChange(_ row: ArchivedRow) -> Bool { row.fate != .deleted }
        for row in circles == nil ? rows : inOrderOfTables(rows) {
            let table = batch[row].table
            if let known = last, known.table === table, known.isChange == isChange(batch[row]) {
                last?.rows.append(row)
                continue
            }
            if let last, let group = try? group(last) { groups.append(group) }
            last = (table, isChange(batch[row]), [row])
        }
        if let last, let group = try? group(last) { groups.append(group) }
        return groups
    }

    private mutating func group(_ part: (table: ArchivedTable, isChange: Bool, rows: [Int])) throws -> ReturnGroup {
        ReturnGroup(plan: try plan(part.table).get(), rows: part.rows, isChange: part.isChange)
    }

    /// Begins a transaction, and looks at what is there.
    private func look(_ groups: inout [ReturnGroup], begin: String) throws -> [Int: PutBack] {
        let beginning = [
            Statement(begin), LocalSettings.statement(taking: RowKeeping.longestRead, version: link.version),
            ExactText.settings(),
        ]
        let questions = groups.map { group in
            group.plan.looking(
                for: group.rows.map { batch[$0] },
                by: schema.foreignKeys.filter { $0.child == group.plan.table.shape.number })
        }
        let answers = try link.run(beginning + questions)
        var found: [Int: PutBack] = [:]
        for place in groups.indices {
            found.merge(groups[place].judge(answers[beginning.count + place], batch)) { $1 }
        }
        return found
    }

    /// The rows of which another row has what must be unique beside the key. What indexes of expressions, or of some rows alone, would say
    /// of them only writing tells.
    private func taken(_ groups: [ReturnGroup]) throws -> Set<Int> {
        var taken: Set<Int> = []
        for group in groups where !group.going.isEmpty && !group.isChange {
            let table = group.plan.table.shape
            let naming = table.naming.map(\.name)
            for index in table.indexes where index.isUniqueInTheEnd && index.isWhole {
                let columns = index.columns.map { $0.flatMap(table.column) }.compactMap(\.self)
                let names = columns.map(\.name)
                guard columns.count == index.columns.count, names != naming,
                    let question = MissingParents.question(
                        group.going, of: batch, columns, names, of: table.sql, areThere: true, group.plan)
                else { continue }
                let answer = try link.run(question.statement)
                for row in 0..<answer.count {
                    guard let place = answer.integer(row, 0).map({ Int($0) - 1 }) else { continue }
                    taken.insert(question.rows[place])
                }
            }
        }
        return taken
    }

    /// Asks what the tables' own rules say. What triggers would make of the rows first, and what can't be worked out, only writing tells.
    private mutating func judgeByRules(_ groups: [ReturnGroup]) {
        for group in groups where !group.going.isEmpty && !group.plan.table.shape.hasInsertTriggers {
            let values = group.going.map { batch[$0].values }
            guard
                let found = try? ReturnRules(of: group.plan.table.shape, group.plan.columns, in: link)
                    .judge(values, in: link)
            else { return }
            for (place, result) in found where result != .taken || !group.isChange {
                results[group.going[place]] = result
            }
        }
    }

    /// The rows whose parents aren't there and don't come back with them.
    private func orphans(_ groups: [ReturnGroup]) throws -> Set<Int> {
        var missing: [MissingParents.Reference] = []
        var parents: [String: [[Value]: [Int]]] = [:]
        for group in groups where !group.going.isEmpty {
            for key in schema.foreignKeys where key.child == group.plan.table.shape.number {
                let found = try referring(group.going, by: key, group.plan, onlyMissing: true)
                missing += found
                if !found.isEmpty, parents[key.title] == nil {
                    parents[key.title] = try coming(by: key, from: group.plan, groups)
                }
            }
        }
        return missing.isEmpty ? [] : MissingParents.orphans(missing, parents)
    }
}
