import Sweeping

/// What a database has: its tables, how large they are, and how far back they go.
package struct DatabaseSurvey: Sendable {
    package struct Table: Sendable {
        package var facts: TableFacts
        package var rows: RowCount
        package var bytes: Int64?
        /// Columns with times, and what they show.
        package var times: [(column: String, times: ColumnTimes)]

        var oldest: Timestamp? { times.compactMap(\.times.oldest).min() }
    }

    package var tables: [Table]
    package var recognition: Recognition

    /// How long the rows of a table may be counted.
    private static let countLimit: Duration = .milliseconds(500)

    package static func look(in session: some MaintenanceSession) async throws -> DatabaseSurvey {
        let recognition = try await Recognition.look(in: session)
        var tables: [Table] = []
        for name in try await session.tables() {
            guard let facts = try await session.facts(of: name), let first = facts.columns.first?.name else { continue }
            let key = facts.primaryKey.isEmpty ? [first] : facts.primaryKey
            let all = Selection(label: "survey", table: name, key: key, columns: [], condition: .all([]))
            var table = Table(
                facts: facts, rows: try await session.count(all, within: countLimit),
                bytes: try await session.bytes(of: name), times: [])
            for column in facts.columns where mayHoldTimes(column) {
                guard let times = try await session.times(in: .time(column.name), of: name) else { continue }
                table.times.append((column.name, times))
            }
            tables.append(table)
        }
        return DatabaseSurvey(tables: tables, recognition: recognition)
    }

    /// Numbers and text hold times under names that say so; dates always do.
    private static func mayHoldTimes(_ column: TableFacts.Column) -> Bool {
        let type = column.declaredType.lowercased()
        if ["date", "time"].contains(where: type.contains) { return true }
        let name = column.name.lowercased()
        let endings = ["_at", "at", "_on", "time", "date", "stamp", "_ts", "expires", "expiry", "created", "updated"]
        return endings.contains(where: name.hasSuffix)
    }
}
