/// A row as an engine read it.
package struct SelectedRow: Sendable, Equatable {
    /// Where everything stands in the rows of one selection.
    package final class Layout: Sendable, Equatable {
        package let key: [String]
        package let columns: [String]
        package let lookups: [Lookup]
        /// The layouts of the rows that the lookups lead to.
        package let linked: [Layout]

        package init(_ selection: Selection) {
            key = selection.key
            columns = selection.allColumns.map(\.name)
            lookups = selection.lookups
            linked = selection.lookups.map(Layout.init)
        }

        private init(_ lookup: Lookup) {
            key = lookup.key
            columns = lookup.allColumns.map(\.name)
            lookups = []
            linked = []
        }

        package static func == (left: Layout, right: Layout) -> Bool {
            left === right
                || left.key == right.key && left.columns == right.columns && left.lookups == right.lookups
        }
    }

    /// What a lookup's column leads to.
    package enum Link: Sendable, Equatable {
        /// The column is NULL.
        case none
        /// No row has its value.
        case missing
        indirect case found(SelectedRow)
    }

    package let layout: Layout
    /// In the layout's order.
    package var values: [Value]
    package var links: [Link]

    package init(_ layout: Layout, values: [Value], links: [Link] = []) {
        self.layout = layout
        self.values = values
        self.links = links
    }

    /// NULL for a column that wasn't read.
    package subscript(column: String) -> Value {
        get { layout.columns.firstIndex(of: column).map { values[$0] } ?? .null }
        set { if let place = layout.columns.firstIndex(of: column) { values[place] = newValue } }
    }

    package func time(_ column: String) -> StoredTime { StoredTime(self[column]) }

    /// What names the row, for a person.
    package var id: String {
        layout.key.count == 1
            ? self[layout.key[0]].displayText : layout.key.map { self[$0].displayText }.joined(separator: ", ")
    }

    /// The first link that leads from the column into the table.
    package func link(_ column: String, _ table: TableReference) -> Link? {
        layout.lookups.firstIndex { $0.column == column && $0.table == table }.map { links[$0] }
    }
}
