import GRDB
import Sweeping

/// What the database says of one table.
struct TableShape: Sendable {
    let name: String
    let columns: Set<SQLName>
    /// What names a row inside this database file, as SQL has it behind the table's name: the hidden row number where there is one, else
    /// columns that together are unique and never NULL. Nil where neither is there.
    let uniqueLocator: RowLocator?
    /// Whether that is the row number.
    let hasRowNumber: Bool
    /// The columns of the primary key; none where the row number is all there is.
    let primaryKey: [String]
    let indexes: [IndexShape]
    /// Whether checks, or strict types, can refuse a change of a row.
    let hasChecks: Bool
    /// Columns that can't be NULL.
    let mandatory: Set<SQLName>
    /// Whether the database computes some of its columns.
    let hasGenerated: Bool

    /// What names a row, though maybe others with it: nobody changes such a table, but it can be read.
    var locator: RowLocator { uniqueLocator ?? RowLocator([quoted(primaryKey.first ?? "rowid")]) }

    /// Columns that are part of something unique, expressions aside.
    var unique: Set<SQLName> {
        Set(indexes.filter(\.isUnique).flatMap(\.parts).compactMap { part in part.column.map { SQLName($0) } })
    }

    /// The narrowest index that finds rows by this column, in the order of its bytes.
    func index(leading column: String) -> IndexShape? {
        indexes
            .filter { $0.leadingColumn?.names(column) == true && !$0.isPartial && $0.isBinary }
            .min { ($0.width, $0.name) < ($1.width, $1.name) }
    }

    /// The narrowest index that sorts rows with the same in one column by another.
    func index(leading column: String, then other: String) -> IndexShape? {
        indexes
            .filter { index in
                index.leadingColumn?.names(column) == true && !index.isPartial && index.width > 1
                    && index.parts[1].column?.names(other) == true
                    && index.parts.prefix(2).allSatisfy { $0.collation.names("BINARY") }
            }
            .min { ($0.width, $0.name) < ($1.width, $1.name) }
    }

    /// Indexes of some of the rows, in the order of the column's bytes.
    func partialIndexes(leading column: String) -> [IndexShape] {
        indexes
            .filter { $0.leadingColumn?.names(column) == true && $0.isPartial && $0.isBinary }
            .sorted { ($0.width, $0.name) < ($1.width, $1.name) }
    }

    func has(_ column: String) -> Bool {
        columns.contains(SQLName(column))
    }

    /// Whether no two rows can have the same in these columns, NULL aside: they hold the whole primary key, or all that a unique index
    /// is over.
    func isUnique(_ key: [String]) -> Bool {
        let names = Set(key.map { SQLName($0) })
        if !primaryKey.isEmpty, primaryKey.allSatisfy({ names.contains(SQLName($0)) }) { return true }
        return indexes.contains { index in
            index.isUnique && !index.isPartial
                && index.parts.allSatisfy { part in part.column.map { names.contains(SQLName($0)) } ?? false }
        }
    }
}

struct IndexShape: Sendable {
    /// One of the things that an index sorts by.
    struct Part: Sendable {
        /// Nil for an expression.
        let column: String?
        let collation: String
    }

    let name: String
    /// What it sorts by before it comes to the row itself.
    let parts: [Part]
    let isPartial: Bool
    let isUnique: Bool

    /// Nil for an expression.
    var leadingColumn: String? { parts.first?.column }
    /// Whether the leading column is sorted by its bytes; SQLite reads an index backwards as well.
    var isBinary: Bool { parts.first?.collation.names("BINARY") == true }
    var width: Int { parts.count }

    /// Whether something has to be computed for it at each write, which may fail.
    var isComputed: Bool { isPartial || parts.contains { $0.column == nil } }
}

/// A foreign key of some table onto another.
struct ForeignKeyShape: Sendable {
    enum OnDelete: Sendable, Equatable {
        case cascade
        case setValue
        /// RESTRICT or NO ACTION.
        case refuse

        var fate: TableFacts.Reference.Fate {
            switch self {
            case .cascade: .goes
            case .setValue: .changes
            case .refuse: .refuses
            }
        }
    }

    let child: String
    /// SQLite's own number for it among the child's keys.
    let number: Int
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
