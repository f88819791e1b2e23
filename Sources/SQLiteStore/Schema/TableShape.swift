import GRDB
import Sweeping

/// What the database says of one table.
struct TableShape: Sendable {
    let name: String
    /// Column names in lower case: SQLite doesn't mind the case.
    let columns: Set<String>
    /// What names a row inside this database file: the hidden row number where there is one, else the id column.
    let locator: String
    /// Whether that is the row number.
    let hasRowNumber: Bool
    let indexes: [IndexShape]
    /// Whether checks, or strict types, can refuse a change of a row.
    let hasChecks: Bool
    /// Columns, in lower case, that can't be NULL.
    let mandatory: Set<String>
    /// Columns, in lower case, that are part of something unique.
    let unique: Set<String>

    /// The narrowest index that finds rows by this column, in the order of its values.
    func index(leading column: String) -> IndexShape? {
        indexes
            .filter { $0.leadingColumn?.lowercased() == column.lowercased() && !$0.isPartial && $0.isBinary }
            .min { ($0.width, $0.name) < ($1.width, $1.name) }
    }

    func has(_ column: String) -> Bool {
        columns.contains(column.lowercased())
    }
}

struct IndexShape: Sendable {
    let name: String
    /// Nil for an expression.
    let leadingColumn: String?
    let isPartial: Bool
    /// Whether the leading column is sorted by its bytes; SQLite reads an index backwards as well.
    let isBinary: Bool
    /// How many columns it sorts by before it comes to the row itself.
    let width: Int
}

/// A foreign key of some table onto another.
struct ForeignKeyShape: Sendable {
    enum OnDelete: Sendable, Equatable {
        case cascade
        case setValue
        /// RESTRICT or NO ACTION.
        case refuse
    }

    let child: String
    let childColumn: String
    let parent: String
    /// Nil where the key names the parent's primary key without saying so.
    let parentColumn: String?
    let onDelete: OnDelete
    /// How many columns it compares.
    let width: Int
    /// Whether an index finds the child's rows by the key's column.
    let isIndexed: Bool
}
