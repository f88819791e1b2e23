import GRDB

/// Names a row and what it looked like when it was read.
package struct RowKey: Sendable {
    let locator: DatabaseValue
    /// The id and the values that the decision was made on, in the order in which the statement repeats them.
    let guards: [DatabaseValue]
}

/// A statement that changes one row if it still is what it was.
struct GuardedStatement {
    let sql: String
    /// Asks whether the row still is what it was.
    let question: String
    /// The values of the further condition, behind the guards.
    let also: [DatabaseValue]

    /// - Parameters:
    ///   - verb: the statement up to its condition.
    ///   - guards: columns whose values must be as read, the id among them, since VACUUM may renumber rows; NULL equals NULL.
    ///   - also: a further condition, repeated from the read.
    init(_ verb: String, table: TableShape, guards: [String], also: ConditionSQL? = nil) {
        let conditions = ["\(table.locator) = ?"] + guards.map { "\(quoted($0)) IS ?" } + (also.map { [$0.sql] } ?? [])
        self.also = also?.values ?? []
        let condition = conditions.joined(separator: " AND ")
        sql = "\(verb) WHERE \(condition)"
        question = "SELECT EXISTS (SELECT 1 FROM \(quoted(table.name)) WHERE \(condition))"
    }

    /// The question's arguments.
    func arguments(_ key: RowKey) -> StatementArguments {
        StatementArguments([key.locator] + key.guards + also)
    }
}
