import GRDB
import Sweeping

/// Follows the foreign keys by which rows go along with deleted ones, without deleting anything, and remembers every row that it meets: an
/// operation that comes later in a dry run would find none of them any more.
struct CascadeWalk {
    private let root: TableShape
    private let steps: CascadeSteps
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
        steps = try CascadeSteps(from: root, schema, in: database)
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
            for step in steps[table] {
                var met: [[Value]] = []
                for row in try steps.children(by: step, of: rows, in: database)
                where !isTold || seen[SQLName(step.child.name), default: []].insert(row).inserted {
                    let isNew = gone.insert(row, of: step.child)
                    if isNew { count += 1 }
                    if isNew || isTold { met.append(row) }
                }
                if !met.isEmpty { open.append((step.child, met)) }
            }
        }
        return count
    }
}
