/// A table as an archive describes it, so that its rows mean something without the database.
package final class ArchivedTable: Sendable, Equatable {
    package struct Column: Sendable, Equatable {
        package var name: String
        /// The type as it was declared; empty where there is none.
        package var type: String

        package init(_ name: String, _ type: String) {
            self.name = name
            self.type = type
        }
    }

    package let table: TableReference
    /// Those that hold something of their own: what the database computes is left out.
    package let columns: [Column]
    /// The places of the columns that together name a row; empty where only a number of the engine's own does.
    package let key: [Int]
    /// How the engine keeps text, where its bytes aren't UTF-8.
    package let textEncoding: String

    package static let utf8 = "UTF-8"

    package init(_ table: TableReference, columns: [Column], key: [Int], textEncoding: String = utf8) {
        self.table = table
        self.columns = columns
        self.key = key
        self.textEncoding = textEncoding
    }

    package static func == (left: ArchivedTable, right: ArchivedTable) -> Bool {
        left === right
            || left.table == right.table && left.columns == right.columns && left.key == right.key
                && left.textEncoding == right.textEncoding
    }
}
