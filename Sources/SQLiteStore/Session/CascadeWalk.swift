import GRDB
import Sweeping

/// Follows the foreign keys by which rows go along with deleted ones, without deleting anything, and remembers every row that it meets: an
/// operation that comes later in a dry run would find none of them any more.
struct CascadeWalk {
    /// So many rows are asked about at once.
    private static let most = 1_024

    /// One key, from a table to rows of another that go with its own.
    private struct Step {
        let child: TableShape
        /// Reads the locators of the child's rows, with `?` lists for the parents' to be put in.
        let head: String
        let tail: String
        let width: Int
    }

    private let root: TableShape
    private let steps: [SQLName: [Step]]
    private let form: TextForm
    private let gone: GoneRows

    /// - Parameter later: the tables that are looked at after the rows would have gone.
    /// - Returns: nil where nobody meets one of the rows again.
    init?(
        from root: TableShape, before later: [TableReference], _ gone: GoneRows, _ schema: DatabaseSchema,
        in database: Database
    ) throws {
        let reached = schema.reachedByDeletion(from: root.name)
        guard later.contains(where: { reached.contains(SQLName($0.sqlName)) }) else { return nil }
        self.root = root
        self.gone = gone
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

    /// Takes in the rows that are deleted on purpose, and all that go with them.
    /// - Parameter isTold: whether what goes along was told already where it was told at all: then it is followed all the same.
    /// - Returns: how many of the rows that go along weren't known to go.
    func follow(_ keys: [RowKey], isTold: Bool, in database: Database) throws -> Int {
        for key in keys { _ = gone.insert(key.locator, of: root) }
        guard !steps.isEmpty else { return 0 }
        var count = 0
        var open: [(table: TableShape, rows: [[Value]])] = [(root, keys.map(\.locator))]
        // Where nothing was told before, each row is new but once.
        var seen: [SQLName: Set<[Value]>] = isTold ? [SQLName(root.name): Set(keys.map(\.locator))] : [:]
        while let (table, rows) = open.popLast() {
            for step in steps[SQLName(table.name)] ?? [] {
                var met: [[Value]] = []
                for start in stride(from: 0, to: rows.count, by: CascadeWalk.most) {
                    let part = rows[start..<min(rows.count, start + CascadeWalk.most)]
                    for row in try children(by: step, of: part, in: database)
                    where !isTold || seen[SQLName(step.child.name), default: []].insert(row).inserted {
                        let isNew = gone.insert(row, of: step.child)
                        if isNew { count += 1 }
                        if isNew || isTold { met.append(row) }
                    }
                }
                if !met.isEmpty { open.append((step.child, met)) }
            }
        }
        return count
    }

    /// - Returns: what is bound for the locators of the rows that go with these.
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
