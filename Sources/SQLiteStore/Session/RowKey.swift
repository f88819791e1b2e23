import GRDB
import Sweeping

/// Names a row and what it looked like when it was read.
package struct RowKey: Sendable {
    /// The row's id, as it is kept.
    let id: Value
    /// What is bound for the row's locator.
    let locator: [Value]
    /// What is bound for the id and the values that the decision was made on, in the order in which a statement repeats them.
    let guards: [Value]

    /// The row's number in a table that has them.
    var number: Int64? { if case .integer(let number) = locator.last { number } else { nil } }
    /// What tells the row from the others of its table while this session lasts.
    var name: Value { number.map(Value.integer) ?? id }
}

/// A statement that changes one row if it still is what it was.
struct GuardedStatement {
    let sql: String
    /// Asks whether the row still is what it was.
    let question: String
    /// The values of the further conditions, behind the guards.
    let also: [Value]
    /// Asks the same but for what has to be gone before the row goes.
    let patientQuestion: String?
    private let standing: [Value]

    /// - Parameters:
    ///   - verb: the statement up to its condition.
    ///   - guards: columns whose values must be as read, the id among them, since VACUUM may renumber rows; NULL equals NULL, and
    ///     text only itself, to the byte, whatever the column's collation makes of it.
    ///   - also: a further condition, repeated from the read.
    ///   - awaited: says of each kind of rows that have to go before the row that none of them is there.
    init(
        _ verb: String, table: TableShape, guards: [String], form: TextForm, also: ConditionSQL? = nil,
        awaited: [ConditionSQL] = []
    ) {
        let conditions =
            [table.locator.isSame(of: "", form)]
            + guards.map { "\(quoted($0)) COLLATE BINARY IS \(form.operand)" } + (also.map { [$0.sql] } ?? [])
        func question(_ conditions: [String]) -> String {
            "SELECT EXISTS (SELECT 1 FROM \(quoted(table.name)) WHERE \(conditions.joined(separator: " AND ")))"
        }
        standing = also?.values ?? []
        self.also = standing + awaited.flatMap(\.values)
        let all = conditions + awaited.map(\.sql)
        sql = "\(verb) WHERE \(all.joined(separator: " AND "))"
        self.question = question(all)
        patientQuestion = awaited.isEmpty ? nil : question(conditions)
    }

    /// Whether the row still is what it was.
    func holds(_ key: RowKey, in database: Database) throws -> Bool {
        try ask(question, key, also, in: database)
    }

    /// Whether the row still is what it was, whatever else has to go before it.
    func stands(_ key: RowKey, in database: Database) throws -> Bool {
        guard let patientQuestion else { return try holds(key, in: database) }
        return try ask(patientQuestion, key, standing, in: database)
    }

    private func ask(_ question: String, _ key: RowKey, _ also: [Value], in database: Database) throws -> Bool {
        var holds = false
        try BoundStatement(cached: question, in: database).forEach(key.locator, key.guards, also) { row in
            holds = row.value(at: 0) == .integer(1)
            return false
        }
        return holds
    }
}
