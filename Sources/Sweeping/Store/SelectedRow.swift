/// A row as an engine read it.
package struct SelectedRow: Sendable, Equatable {
    /// Where everything stands in the rows of one selection.
    package final class Layout: Sendable, Equatable {
        package let key: [String]
        package let columns: [String]
        /// How the times of each column are read; nil for columns that hold none.
        private let readers: [TimeReader?]
        package let lookups: [Lookup]
        /// The layouts of the rows that the lookups lead to.
        package let linked: [Layout]

        /// The layout of rows whose times are text in UTC.
        package convenience init(_ selection: Selection) {
            self.init(selection) { _, _ in .text }
        }

        /// - Parameter reader: says how a column's times are read.
        package init(_ selection: Selection, readingBy reader: (TableReference, String) throws -> TimeReader) rethrows {
            key = selection.key
            columns = selection.allColumns.map(\.name)
            readers = try selection.allColumns.map { column in
                guard column.isTime else { return nil }
                return column.reading.applied(to: try reader(selection.table, column.name))
            }
            lookups = selection.lookups
            linked = try selection.lookups.map { try Layout($0, readingBy: reader) }
        }

        private init(_ lookup: Lookup, readingBy reader: (TableReference, String) throws -> TimeReader) rethrows {
            key = lookup.key
            columns = lookup.allColumns.map(\.name)
            readers = try lookup.allColumns.map { $0.isTime ? try reader(lookup.table, $0.name) : nil }
            lookups = []
            linked = []
        }

        fileprivate func place(of column: String) -> Int? {
            columns.firstIndex { $0.isSame(as: column) }
        }

        fileprivate func time(_ value: Value, at place: Int) -> StoredTime {
            readers[place]?.time(value) ?? .unreadable
        }

        package static func == (left: Layout, right: Layout) -> Bool {
            left === right
                || left.key == right.key && left.columns == right.columns && left.readers == right.readers
                    && left.lookups == right.lookups
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
        get { layout.place(of: column).map { values[$0] } ?? .null }
        set { if let place = layout.place(of: column) { values[place] = newValue } }
    }

    /// What the column says. Where nobody asked for it to be read as a time, nobody knows how it is to be read.
    package func time(_ column: String) -> StoredTime {
        layout.place(of: column).map { layout.time(values[$0], at: $0) } ?? .null
    }

    /// Whether a value is only the beginning of what the database has: such a row can't be guarded, and stays.
    package var isCut: Bool { values.contains(where: \.isCut) }

    /// What names the row, to the byte.
    package var identity: [Value] { layout.key.map { self[$0] } }

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
