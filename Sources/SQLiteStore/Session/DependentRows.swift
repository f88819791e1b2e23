import GRDB
import Sweeping

/// Counts the rows that would go with deleted ones by cascade, without deleting anything: what a dry run says that doesn't have to try.
struct DependentRows {
    /// So many rows are asked about at once.
    private static let most = 10_000

    /// A table whose rows would go.
    private struct Child {
        let table: SQLName
        /// The rows' numbers, where they have such.
        let rowID: String?
        /// Selects its rows that would go; `gone` is the list of what is deleted.
        let from: String
    }

    private let children: [Child]
    private let locator: RowLocator
    private let form: TextForm
    private let gone: GoneRows

    /// - Returns: nil where only trying tells: where a row may go with more than one, or takes others along itself.
    init?(of table: TableShape, _ gone: GoneRows, _ schema: DatabaseSchema, in database: Database) throws {
        form = schema.form
        locator = table.locator
        self.gone = gone
        var seen: Set<SQLName> = [SQLName(table.name)]
        var children: [Child] = []
        for key in schema.keys(onto: table.name) where key.onDelete == .cascade {
            let child = try schema.table(TableReference(key.child), in: database)
            guard seen.insert(SQLName(child.name)).inserted, schema.keys(onto: child.name).isEmpty, key.width == 1,
                let columns = try SchemaReader.columns(of: key, in: database).first
            else { return nil }
            let names = locator.parts.indices.map { "k\($0)" }.joined(separator: ", ")
            children.append(
                Child(
                    table: SQLName(child.name), rowID: child.hasRowNumber ? child.locator.parts.first : nil,
                    from: """
                        FROM \(quoted(child.name)) AS child WHERE child.\(quoted(columns.child)) IN \
                        (SELECT parent.\(quoted(columns.parent)) FROM \(quoted(table.name)) AS parent \
                        WHERE (\(locator.order(of: "parent."))) IN (SELECT \(names) FROM gone))
                        """))
        }
        self.children = children
    }

    func count(with keys: [RowKey], in database: Database) throws -> Int {
        guard !children.isEmpty else { return 0 }
        return try stride(from: 0, to: keys.count, by: DependentRows.most).reduce(0) { sum, start in
            let part = keys[start..<min(keys.count, start + DependentRows.most)]
            return try sum + children.reduce(0) { try $0 + count($1, with: part, in: database) }
        }
    }

    private func count(_ child: Child, with keys: ArraySlice<RowKey>, in database: Database) throws -> Int {
        // What an earlier operation of the dry run took isn't there any more.
        if let rowID = child.rowID, gone.hasSome(of: child.table) {
            var count = 0
            try read("child.\(rowID)", of: child, with: keys, in: database) { value in
                if case .integer(let number) = value, !gone.contains(number, of: child.table) { count += 1 }
            }
            return count
        }
        var count = 0
        try read("count(*)", of: child, with: keys, in: database) { count = $0.wholeNumber ?? 0 }
        return count
    }

    private func read(
        _ what: String, of child: Child, with keys: ArraySlice<RowKey>, in database: Database, _ body: (Value) -> Void
    ) throws {
        let names = locator.parts.indices.map { "k\($0)" }.joined(separator: ", ")
        let mark = "(\(locator.parts.map { _ in form.operand }.joined(separator: ",")))"
        let marks = keys.map { _ in mark }.joined(separator: ",")
        let sql = "WITH gone(\(names)) AS (VALUES \(marks)) SELECT \(what) \(child.from)"
        try BoundStatement(cached: sql, in: database).forEach(keys.flatMap(\.locator)) { row in
            body(row.value(at: 0))
            return true
        }
    }
}
