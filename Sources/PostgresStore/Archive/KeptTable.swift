import Sweeping
import Synchronization

/// A table whose rows are kept in the archive, and how they are read and written: in the text of their types' own.
struct KeptTable: Sendable {
    let shape: TableShape
    let archived: ArchivedTable
    /// Those that hold something of their own, in the archive's order.
    let columns: [ColumnShape]
    /// Whether this role may read all of it.
    let isReadable: Bool

    init(_ shape: TableShape, as reference: TableReference, isReadable: Bool) {
        self.shape = shape
        self.isReadable = isReadable
        let columns = shape.columns.filter { !$0.isComputed }
        self.columns = columns
        archived = ArchivedTable(
            reference, columns: columns.map { ArchivedTable.Column($0.name, $0.declared) },
            key: shape.naming.compactMap { key in columns.firstIndex { $0.number == key.number } })
    }

    /// Whether nothing of a row tells it from all others: then its number among those that are the same in all does.
    var isNumbered: Bool { archived.key.isEmpty }

    /// What a statement asks for to have a row.
    func readings(_ row: String = "t") -> String {
        let values = list(row)
        return isNumbered ? "\(values), row_number() OVER (PARTITION BY ROW(\(values))::text)" : values
    }

    /// All columns.
    func list(_ row: String = "t") -> String { columns.map { $0.sql(row) }.joined(separator: ", ") }

    /// A row of such an answer.
    func row(_ rows: PostgresRows, _ row: Int, from first: Int = 0) -> ArchivedRow {
        ArchivedRow(
            archived, number: isNumbered ? rows.text(row, first + columns.count).flatMap(Int64.init) : nil,
            values: values(rows, row, from: first), fate: .deleted)
    }

    func values(_ rows: PostgresRows, _ row: Int, from first: Int = 0) -> [Value] {
        columns.indices.map { ExactText.value(rows.bytes(row, first + $0), columns[$0].kind) }
    }
}

/// The tables whose rows a session has kept, each looked at once.
final class KeptTables: Sendable {
    private let tables = Mutex<[TableReference: KeptTable]>([:])

    /// - Parameter reference: what the archive calls it; nil for its own name.
    func table(_ shape: TableShape, as reference: TableReference? = nil, in link: PostgresLink) throws -> KeptTable {
        let name = reference ?? shape.reference
        if let known = tables.withLock({ $0[name] }), known.shape.number == shape.number { return known }
        let question = Statement(
            """
            SELECT coalesce(bool_and(has_column_privilege(attrelid, attnum, 'SELECT')), true) FROM pg_attribute
            WHERE attrelid = \(shape.number) AND attnum > 0 AND NOT attisdropped
            """)
        let table = KeptTable(shape, as: name, isReadable: try link.run(question).flag(0, 0))
        tables.withLock { $0[name] = table }
        return table
    }

    /// The table that a row of this session's came from.
    func known(_ archived: ArchivedTable) -> KeptTable? {
        tables.withLock { $0[archived.table] }
    }
}
