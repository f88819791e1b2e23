import GRDB
import Sweeping

/// Reads a row with every column that is kept, as the archive has it.
struct WholeRow {
    private let table: KeptTable
    private let form: TextForm
    private let sql: String

    init(_ table: KeptTable, _ locator: RowLocator, _ form: TextForm) {
        self.table = table
        self.form = form
        let list = table.archived.columns.map { form.reading("row.\(quoted($0.name))") }.joined(separator: ", ")
        sql =
            "SELECT \(list) FROM \(quoted(table.archived.table.name)) AS row"
            + " WHERE \(locator.isSame(of: "row.", form))"
    }

    /// Nil where there is no such row any more.
    func read(_ key: RowKey, in database: Database) throws -> ArchivedRow? {
        var row: ArchivedRow?
        try BoundStatement(cached: sql, in: database).forEach(key.locator) { result in
            let values = table.archived.columns.indices.map { form.value(result, at: $0 * form.width, upTo: .max) }
            row = ArchivedRow(
                table.archived, number: table.isNumbered ? key.number : nil, values: values, fate: .deleted)
            return false
        }
        return row
    }
}
