import Sweeping

/// What names a table's rows inside its file, and gives them an order: one name as SQL has it behind the table's, or several.
struct RowLocator: Sendable, Equatable {
    let parts: [String]

    init(_ parts: [String]) {
        self.parts = parts
    }

    /// - Parameter row: the table's name or alias with a point behind it, or nothing.
    func names(of row: String) -> [String] { parts.map { row + $0 } }

    func order(of row: String) -> String { names(of: row).joined(separator: ", ") }

    func isSame(of row: String, _ form: TextForm) -> String {
        names(of: row).map { "\($0) = \(form.operand)" }.joined(separator: " AND ")
    }

    /// The rows behind one, in the locator's order.
    func isBehind(of row: String, _ form: TextForm) -> String {
        guard parts.count > 1 else { return "\(order(of: row)) > \(form.operand)" }
        return "(\(order(of: row))) > (\(parts.map { _ in form.operand }.joined(separator: ", ")))"
    }
}
