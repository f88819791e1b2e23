import GRDB
import GRDBSQLite
import Sweeping
import Synchronization

/// Deletes what goes with deleted rows once a batch, where SQLite's own cascade would read a whole table once a row.
///
/// While it does, SQLite's own cascade is switched off on the run's connection. So the tables have to be the ones that the decision was
/// made on, which is looked at under the write lock: an application that was updated meanwhile may have hung more off its rows.
///
/// Where nobody else wrote meanwhile, the table is read before the lock is taken.
final class ChildRows: Sendable {
    /// The tables have changed since they were looked at.
    struct Outdated: Error {}

    /// What a look before the lock has found.
    struct Foresight: Sendable {
        fileprivate let dataVersion: Int64
        /// The rows that would go, by key.
        fileprivate let rows: [[Int64]]
        /// How long it took.
        let price: Duration
    }

    private struct State {
        var isOutdated = false
        /// How many batches go by without a look before the lock.
        var blind = 0
        /// How many it will be after the next look that was for nothing.
        var nextBlind = 1
    }

    private static let longestBlind = 32

    let keys: [ChildKey]
    private let schemaVersion: Int64
    private let hasWriteAheadLog: Bool
    private let form: TextForm
    /// So many rows of a table are remembered at once.
    private let most: Int
    private let state = Mutex(State())

    /// - Parameter schemaVersion: from before the keys were read.
    init(keys: [ChildKey], schemaVersion: Int64, most: Int = 100_000, in database: Database) throws {
        self.keys = keys
        self.schemaVersion = schemaVersion
        self.most = most
        form = try TextForm(database)
        // It stays one as long as this connection is open.
        hasWriteAheadLog = database.usesLog
    }

    /// - Parameters:
    ///   - id: the column that names the table's rows.
    ///   - schemaVersion: from before `schema` was read.
    /// - Returns: nil where SQLite's own cascade is the way.
    static func find(
        of table: TableShape, id: String, _ schema: DatabaseSchema, asOf schemaVersion: Int64, in database: Database
    ) throws -> ChildRows? {
        let keys = try CascadeReader.keys(onto: table, id: id, schema, in: database)
        return keys.isEmpty ? nil : try ChildRows(keys: keys, schemaVersion: schemaVersion, in: database)
    }

    static func schemaVersion(_ database: Database) throws -> Int64 {
        try Int64.fetchOne(database.cachedStatement(sql: "PRAGMA schema_version")) ?? 0
    }

    /// Nil once the tables were seen to have changed.
    var unlessOutdated: ChildRows? { state.withLock { $0.isOutdated } ? nil : self }

    /// Looks for the rows without the lock; nil where that isn't worth it. With a rollback journal it never is: whoever reads keeps
    /// the others' commits waiting.
    func foresee(_ ids: [Value], in database: Database) throws -> Foresight? {
        let isBlind = state.withLock { state in
            defer { state.blind = max(0, state.blind - 1) }
            return state.blind > 0
        }
        guard !isBlind, hasWriteAheadLog, keys.allSatisfy({ $0.isIndexed || $0.rowID != nil }),
            let version = try dataVersion(database)
        else { return nil }
        let begun = MonotonicTime.now()
        var rows: [[Int64]] = []
        for key in keys {
            guard !key.isIndexed, let rowID = key.rowID else {
                rows.append([])
                continue
            }
            var found: [Int64] = []
            for list in lists(of: ids, in: database) {
                found += try find(list, key, by: rowID, in: database)
            }
            guard found.count < most else {
                note(isGood: false)
                return nil
            }
            rows.append(found)
        }
        return Foresight(dataVersion: version, rows: rows, price: MonotonicTime.now() - begun)
    }

    /// Makes sure, with the write lock, that the tables still are what they were.
    /// - Throws: `Outdated`.
    func check(_ database: Database) throws {
        guard try ChildRows.schemaVersion(database) == schemaVersion else {
            state.withLock { $0.isOutdated = true }
            throw Outdated()
        }
    }

    /// Deletes the rows that go with the rows of these ids, which are deleted in the same transaction.
    /// - Parameter foresight: of the same ids; nil where there is none.
    /// - Returns: how much of the time went into reading whole tables, as it would have for fewer rows.
    func delete(with ids: [Value], _ foresight: Foresight?, in database: Database) throws -> Duration {
        let known = try foresight.flatMap { try isGood($0, database) ? $0.rows : nil }
        var reading = Duration.zero
        for (index, key) in keys.enumerated() {
            if let rows = known?[index], !key.isIndexed, let rowID = key.rowID {
                try delete(rows, key, by: rowID, in: database)
                continue
            }
            for list in lists(of: ids, in: database) {
                if key.isIndexed {
                    try delete(list, key, in: database)
                } else if let rowID = key.rowID {
                    reading += try search(list, key, by: rowID, in: database)
                } else {
                    reading += try count(list, key, in: database)
                    try delete(list, key, in: database)
                }
            }
        }
        return reading
    }

    /// Reads the table, and deletes what it finds; where that is more than is remembered at once, again.
    /// - Returns: how long the last reading took, which is the one that came to the table's end.
    private func search(_ list: [Value], _ key: ChildKey, by rowID: String, in database: Database) throws
        -> Duration
    {
        while true {
            let begun = MonotonicTime.now()
            let rows = try find(list, key, by: rowID, in: database)
            let reading = MonotonicTime.now() - begun
            try delete(rows, key, by: rowID, in: database)
            if rows.count < most { return reading }
        }
    }

    /// - Returns: how long a reading of the table takes, where its rows can't be named.
    private func count(_ list: [Value], _ key: ChildKey, in database: Database) throws -> Duration {
        let begun = MonotonicTime.now()
        let sql = "SELECT count(*) FROM \(quoted(key.table)) WHERE \(condition(key, list))"
        try BoundStatement(cached: sql, in: database).forEach(arguments(list)) { _ in false }
        return MonotonicTime.now() - begun
    }

    private func find(_ list: [Value], _ key: ChildKey, by rowID: String, in database: Database) throws
        -> [Int64]
    {
        let sql = "SELECT \(rowID) FROM \(quoted(key.table)) WHERE \(condition(key, list)) LIMIT \(most)"
        var rows: [Int64] = []
        try BoundStatement(cached: sql, in: database).forEach(arguments(list)) { row in
            if case .integer(let number) = row.value(at: 0) { rows.append(number) }
            return true
        }
        return rows
    }

    private func delete(_ list: [Value], _ key: ChildKey, in database: Database) throws {
        let sql = "DELETE FROM \(quoted(key.table)) WHERE \(condition(key, list))"
        let statement = try BoundStatement(cached: sql, in: database)
        defer { statement.clear() }
        try statement.execute(arguments(list))
    }

    private func delete(_ rows: [Int64], _ key: ChildKey, by rowID: String, in database: Database) throws {
        let sql = "DELETE FROM \(quoted(key.table)) WHERE \(rowID) = ?"
        let statement = try BoundStatement(cached: sql, in: database)
        for row in rows { try statement.execute([.integer(row)]) }
    }

    /// Whether nobody has written since.
    private func isGood(_ foresight: Foresight, _ database: Database) throws -> Bool {
        let isGood = try dataVersion(database) == foresight.dataVersion
        note(isGood: isGood)
        return isGood
    }

    /// After looks that were for nothing, there are fewer.
    private func note(isGood: Bool) {
        state.withLock { state in
            if isGood {
                state.nextBlind = 1
            } else {
                state.blind = state.nextBlind
                state.nextBlind = min(ChildRows.longestBlind, 2 * state.nextBlind)
            }
        }
    }

    private func dataVersion(_ database: Database) throws -> Int64? {
        try Int64.fetchOne(database.cachedStatement(sql: "PRAGMA data_version"))
    }

    private func condition(_ key: ChildKey, _ list: [Value]) -> String {
        "\(quoted(key.column)) IN (\(list.map { _ in form.operand }.joined(separator: ",")))"
    }

    private func arguments(_ list: [Value]) -> [Value] { list.flatMap(form.arguments) }

    /// The ids in lists that one statement takes, filled up with NULL, which equals nothing, so that few lengths occur.
    private func lists(of ids: [Value], in database: Database) -> [[Value]] {
        let most =
            Int(sqlite3_limit(database.sqliteConnection, SQLITE_LIMIT_VARIABLE_NUMBER, -1))
            / form.arguments(.null).count
        return stride(from: 0, to: ids.count, by: most).map { start in
            let part = ids[start..<min(ids.count, start + most)]
            var length = 16
            while length < part.count { length *= 2 }
            return part + Array(repeating: .null, count: min(length, most) - part.count)
        }
    }
}
