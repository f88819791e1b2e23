import GRDB
import Sweeping

/// The foreign keys by which rows go along with deleted ones, and how the rows are found.
struct CascadeSteps {
    /// So many rows are asked about at once.
    private static let most = 1_024

    /// One key, from a table to rows of another that go with its own.
    struct Step {
        let child: TableShape
        /// Reads the locators of the child's rows, with `?` lists for the parents' to be put in.
        fileprivate let head: String
        fileprivate let tail: String
        fileprivate let width: Int
    }

    private let steps: [SQLName: [Step]]
    private let form: TextForm

    /// - Parameter root: where rows are deleted on purpose.
    init(from root: TableShape, _ schema: DatabaseSchema, in database: Database) throws {
        let reached = schema.reachedByDeletion(from: root.name)
        let form = schema.form
        self.form = form
        var steps: [SQLName: [Step]] = [:]
        for key in schema.foreignKeys where key.onDelete == .cascade && reached.contains(SQLName(key.parent)) {
            let parent = try schema.table(TableReference(key.parent), in: database)
            let child = try schema.table(TableReference(key.child), in: database)
            let columns = try SchemaReader.columns(of: key, in: database)
            guard child.uniqueLocator != nil, columns.count == key.width else { continue }
            let names = parent.locator.parts.indices.map { "k\($0)" }.joined(separator: ", ")
            let read = child.locator.names(of: "child.").map(form.reading).joined(separator: ", ")
            func list(_ row: String, _ names: [String]) -> String {
                names.map { "\(row).\(quoted($0))" }.joined(separator: ", ")
            }
            steps[SQLName(parent.name), default: []].append(
                Step(
                    child: child, head: "WITH gone(\(names)) AS (VALUES ",
                    tail: """
                        ) SELECT \(read) FROM \(quoted(child.name)) AS child WHERE (\(list("child", columns.map(\.child)))) IN \
                        (SELECT \(list("parent", columns.map(\.parent))) FROM \(quoted(parent.name)) AS parent \
                        WHERE (\(parent.locator.order(of: "parent."))) IN (SELECT \(names) FROM gone))
                        """, width: parent.locator.parts.count))
        }
        self.steps = steps
    }

    var isEmpty: Bool { steps.isEmpty }

    subscript(table: TableShape) -> [Step] { steps[SQLName(table.name)] ?? [] }

    /// - Parameter rows: what is bound for the parents' locators.
    /// - Returns: what is bound for the locators of the rows that go with these.
    func children(by step: Step, of rows: [[Value]], in database: Database) throws -> [[Value]] {
        try stride(from: 0, to: rows.count, by: CascadeSteps.most).flatMap { start in
            try children(by: step, of: rows[start..<min(rows.count, start + CascadeSteps.most)], in: database)
        }
    }

    private func children(by step: Step, of rows: ArraySlice<[Value]>, in database: Database) throws -> [[Value]] {
        // The last row again and again, so that few lengths occur.
        var length = 16
        while length < rows.count { length *= 2 }
        let filling = Array(repeating: rows[rows.endIndex - 1], count: length - rows.count)
        let mark = "(\(Array(repeating: form.operand, count: step.width).joined(separator: ",")))"
        let marks = Array(repeating: mark, count: length).joined(separator: ",")
        var found: [[Value]] = []
        let arguments = (rows + filling).flatMap(\.self)
        try BoundStatement(cached: step.head + marks + step.tail, in: database).forEach(arguments) { row in
            let locator = step.child.locator.parts.indices.map { form.value(row, at: $0 * form.width, upTo: .max) }
            found.append(locator.flatMap(form.arguments))
            return true
        }
        return found
    }
}
