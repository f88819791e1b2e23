import GRDB
import Sweeping

/// Deletes rows that go along with one at a greater depth than SQLite's own cascade reaches: it ends at a thousand levels, and takes long for
/// each of many. So they are deleted from below, so many levels at a time.
struct DeepCascade {
    private static let levels = 100
    /// So many rows are remembered on the way down; with more, SQLite's own answer stands.
    private static let most = 100_000

    private typealias Rows = (table: TableShape, locators: [[Value]])

    private let root: TableShape
    private let steps: CascadeSteps
    private let form: TextForm

    /// - Returns: nil where no row goes along with one of the table's.
    init?(from root: TableShape, _ schema: DatabaseSchema, in database: Database) throws {
        steps = try CascadeSteps(from: root, schema, in: database)
        guard !steps.isEmpty else { return nil }
        self.root = root
        form = schema.form
    }

    /// Whether a row was refused for nothing else.
    static func isNeeded(for error: DatabaseError) -> Bool {
        error.message?.hasPrefix("too many levels of trigger recursion") == true
    }

    /// Deletes what goes along with a row, but for its first levels.
    /// - Returns: false where it isn't so deep, or there is too much of it: then nothing was done.
    func clear(below row: RowKey, in database: Database) throws -> Bool {
        guard let cuts = try cuts(below: row, in: database), !cuts.isEmpty else { return false }
        for (table, locators) in cuts.reversed() {
            let sql = "DELETE FROM \(quoted(table.name)) WHERE \(table.locator.isSame(of: "", form))"
            let statement = try BoundStatement(cached: sql, in: database)
            defer { statement.clear() }
            for locator in locators { try statement.execute(locator) }
        }
        return true
    }

    /// The rows of every so many-th level; nil where there are too many.
    private func cuts(below row: RowKey, in database: Database) throws -> [Rows]? {
        var seen: [SQLName: Set<[Value]>] = [SQLName(root.name): [row.locator]]
        var count = 1
        var level: [Rows] = [(root, [row.locator])]
        var cuts: [Rows] = []
        for depth in 1... {
            var next: [Rows] = []
            for (table, locators) in level {
                for step in steps[table] {
                    let found = try steps.children(by: step, of: locators, in: database)
                        .filter { seen[SQLName(step.child.name), default: []].insert($0).inserted }
                    count += found.count
                    if !found.isEmpty { next.append((step.child, found)) }
                }
            }
            guard count <= DeepCascade.most else { return nil }
            guard !next.isEmpty else { break }
            if depth.isMultiple(of: DeepCascade.levels) { cuts += next }
            level = next
        }
        return cuts
    }
}
