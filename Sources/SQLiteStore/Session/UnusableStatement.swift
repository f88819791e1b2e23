import GRDB
import Sweeping

/// Why the database won't have a statement whatever the row, said so that its operator knows what to do.
struct UnusableStatement: CustomStringConvertible {
    private let reason: String
    /// What can't be done.
    private let trouble: String
    private let operation: String

    init(_ error: DatabaseError, _ change: TableChange) {
        reason = error.message ?? "no reason given"
        let verb = change.action == .delete ? "deleted" : "changed"
        trouble = "no row of \(change.selection.table) can be \(verb)"
        operation = change.selection.label
    }

    init(_ error: DatabaseError, reading selection: Selection) {
        reason = error.message ?? "no reason given"
        trouble = "the rows of \(selection.table) can't be read"
        operation = selection.label
    }

    var description: String {
        "\(trouble): \(reason): \(cause); until then, switch \(operation) off"
    }

    private var cause: String {
        let lowered = reason.lowercased()
        let ours = "only the application's own connections have it"
        if lowered.contains("no such function") {
            return "a trigger, an index or a generated column uses the function and \(ours): its developers can take it"
                + " out of the schema"
        }
        if lowered.contains("no such collation") {
            return "an index or a column is sorted by it and \(ours): its developers can take it out of the schema"
        }
        if lowered.contains("foreign key mismatch") {
            return "the key names columns that aren't unique: its developers can make it refer to the primary key"
        }
        if lowered.contains("generated column") {
            return "the database computes the column itself: name another one under 'tables'"
        }
        return "the application's developers can mend its schema"
    }
}
