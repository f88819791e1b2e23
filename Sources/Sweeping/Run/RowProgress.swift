/// How far the operation under way is through its rows.
package struct RowProgress: Sendable, Equatable, Codable {
    /// The operation's name.
    package var operation: String
    /// Rows that it is through with, whatever became of them.
    package var done: Int
    /// Rows that it has to look at, as far as they were counted.
    package var due: Int
    /// Whether there are more of them than were counted.
    package var dueIsLeast: Bool
    /// How many seconds the rest is expected to take; nil where that can't be told yet.
    package var restSeconds: Double?

    package init(operation: String, done: Int, due: Int, dueIsLeast: Bool = false, restSeconds: Double? = nil) {
        self.operation = operation
        self.done = done
        self.due = due
        self.dueIsLeast = dueIsLeast
        self.restSeconds = restSeconds
    }

    /// From 0 to 1.
    package var share: Double { due > 0 ? min(1, Double(done) / Double(due)) : 1 }
}
