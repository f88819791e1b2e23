import Sweeping

/// A table as the catalogue has it.
struct TableShape: Sendable {
    let number: UInt32
    let schema: String
    let name: String
    let isPartitioned: Bool
    /// Whether other tables inherit from it, whose rows PostgreSQL reads as its own and no key of it covers.
    let hasHeirs: Bool
    /// Whether its name alone leads to it.
    let isVisible: Bool
    let columns: [ColumnShape]
    let indexes: [IndexShape]
    /// Triggers and rules of the user's that run when a row is deleted.
    let onDelete: [String]
    /// The same for updates.
    let onUpdate: [String]
    /// Rules of the user's that do something else in the place of a deletion.
    let insteadOfDelete: [String]
    /// The same for an update.
    let insteadOfUpdate: [String]
    /// Whether triggers of the user's may change a row before it is inserted, or leave it out.
    let hasInsertTriggers: Bool
    /// Whether triggers of the user's run after rows were inserted or changed, and may change them once more.
    let hasLaterTriggers: Bool
    /// Whether something of it must be unique, or exclude another row, only by the end of a transaction.
    let hasDeferrableKeys: Bool
    let hasChecks: Bool
    /// Whether policies may hide rows from some roles.
    let hasPolicies: Bool

    /// As a statement names it.
    var sql: String { "\(quoted(schema)).\(quoted(name))" }
    /// As a statement names its own rows.
    var ownRows: String { hasHeirs ? "ONLY \(sql)" : sql }
    /// As somebody else finds it again.
    var reference: TableReference { TableReference(name, schema: isVisible ? nil : schema) }
    /// For a person.
    var label: String { schema == "public" ? name : "\(schema).\(name)" }

    /// - Throws: `StoreError` where a rule puts something else in the place of the statement: of that PostgreSQL doesn't say which rows it
    ///   changed.
    func requireNoDetour(for action: RowAction) throws(StoreError) {
        let (rules, word) =
            switch action {
            case .delete: (insteadOfDelete, "DELETE")
            case .update: (insteadOfUpdate, "UPDATE")
            }
        guard let rule = rules.first else { return }
        throw StoreError(
            .schema,
            "rule \(rule) on \(label) does something else INSTEAD of a \(word), and then PostgreSQL doesn't say which rows that changed:"
                + " a trigger can do the same and does say it")
    }

    func column(_ name: String) -> ColumnShape? { columns.first { $0.name.isSame(as: name) } }
    func has(_ name: String) -> Bool { column(name) != nil }

    /// - Throws: `StoreError` when there is no such column.
    func required(_ name: String) throws(StoreError) -> ColumnShape {
        guard let column = column(name) else {
            throw StoreError(.schema, "table \(label) has no column \(name)")
        }
        return column
    }

    /// An index that can be walked in the column's order over all rows.
    func index(leading column: String) -> IndexShape? {
        indexes.first { $0.isWhole && $0.isSorted && $0.columns.first?.map { $0.isSame(as: column) } == true }
    }

    /// Whether the columns name at most one row each.
    func isUnique(_ key: [String]) -> Bool {
        indexes.contains { index in
            index.isUnique && index.isWhole && index.columns.count == key.count
                && index.columns.allSatisfy { column in key.contains { $0.isSame(as: column ?? "") } && column != nil }
        }
    }

    /// Why a key doesn't tell the rows apart for us although it is unique; nil where it does.
    func trouble(with key: [String]) -> String? {
        if hasHeirs {
            return "other tables inherit from \(label), and its keys don't tell their rows from its own: give each of"
                + " those tables a rule of its own"
        }
        let columns = key.compactMap(column)
        if let column = columns.first(where: { !$0.isMandatory }) {
            return
                "\(column.name) of table \(label) may be NULL, which tells no rows apart: name columns that are NOT NULL"
        }
        return columns.first(where: \.isComposed).map {
            "\($0.name) of table \(label) is of the type \($0.declared): name columns of plain types"
        }
    }

    /// The columns of the primary key, in its order; empty where there is none.
    var primaryKey: [String] { indexes.first { $0.isPrimary }?.columns.compactMap(\.self) ?? [] }

    /// What names each of its rows, of columns that hold something of their own: the primary key, or what else is unique and always there;
    /// empty where there is nothing of the kind.
    var naming: [ColumnShape] {
        for index in indexes where (index.isUnique || index.isPrimary) && index.isWhole {
            let columns = index.columns.map { $0.flatMap(column) }
            if columns.allSatisfy({ $0.map { $0.isMandatory && !$0.isComputed && !$0.isComposed } ?? false }) {
                return columns.compactMap(\.self)
            }
        }
        return []
    }
}

struct ColumnShape: Sendable {
    let name: String
    let number: Int
    let kind: ColumnKind
    /// An enumeration's.
    let words: Set<String>
    /// As a cast names it, without a length.
    let type: String
    /// As the table declares it.
    let declared: String
    let isMandatory: Bool
    /// Whether nobody may write it.
    let isGenerated: Bool
    /// Whether it follows from the row's other columns.
    let isComputed: Bool
    /// Whether its values are arrays or rows, which come apart in a list of values.
    let isComposed: Bool
    /// Whether PostgreSQL has a hash of its values, alike for those that are equal.
    let hasHash: Bool
    /// The collation, where text may be equal under it that isn't the same.
    let collation: String?

    /// Whether values may be equal that aren't the same.
    var isLoose: Bool {
        switch kind {
        case .number, .other: hasHash
        case .text: collation != nil || type == "bpchar"
        case .word, .integer, .boolean, .bytes, .time, .uuid: false
        }
    }

    /// As a statement names it, in a row that it calls `row`.
    func sql(_ row: String = "t") -> String { "\(row).\(quoted(name))" }

    /// What a value is taken for that the column is compared with: it may lie beyond what a short integer can be.
    var widestType: String { kind == .integer ? "int8" : type }

    /// As a comparison names it: a domain made of an enumeration can't be compared before it is one.
    func compared(_ row: String = "t") -> String {
        if kind == .word, declared != type { "\(sql(row))::\(type)" } else { sql(row) }
    }
}

struct IndexShape: Sendable {
    let name: String
    /// Nil for an expression.
    let columns: [String?]
    /// Whether no two rows share it at any moment.
    let isUnique: Bool
    /// Whether no two rows share it once a transaction has ended.
    let isUniqueInTheEnd: Bool
    let isPrimary: Bool
    /// Whether it has every row and can be used.
    let isWhole: Bool
    let isSorted: Bool
}

/// A foreign key.
struct ForeignKeyShape: Sendable, Equatable {
    enum Action: Character, Sendable {
        case none = "a"
        case restrict = "r"
        case cascade = "c"
        case setNull = "n"
        case setDefault = "d"

        var fate: TableFacts.Reference.Fate {
            switch self {
            case .cascade: .goes
            case .setNull, .setDefault: .changes
            case .none, .restrict: .refuses
            }
        }
    }

    let name: String
    let child: UInt32
    let childLabel: String
    let childSQL: String
    let childColumns: [String]
    let parent: UInt32
    let parentSQL: String
    let parentColumns: [String]
    let onDelete: Action
    /// Whether a deleted parent leaves some of the columns as they are.
    let isPartial: Bool
    let isDeferrable: Bool
    let isDeferred: Bool
    /// Whether an index of the child's begins with the columns, so that its rows are found without reading the table.
    let isIndexed: Bool
    /// Whether a column of the child's can't be NULL.
    let isMandatory: Bool

    /// How rows of both meet.
    func link(child: String, parent: String) -> String {
        zip(childColumns, parentColumns).map { "\(child).\(quoted($0)) = \(parent).\(quoted($1))" }
            .joined(separator: " AND ")
    }
}
