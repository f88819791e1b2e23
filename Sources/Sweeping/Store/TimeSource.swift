/// Which column says how old a row is.
package enum TimeSource: Sendable, Equatable {
    case column(String)
    /// It depends on another column's value; a row with a value that isn't named has no time and is kept.
    case byValue(of: String, [Choice])

    /// The column that holds the time of rows with one of these values.
    package struct Choice: Sendable, Equatable {
        package var values: [Value]
        package var column: String

        package init(_ values: [Value], _ column: String) {
            self.values = values
            self.column = column
        }
    }

    /// Every column that may hold a time, each once.
    package var columns: [String] {
        switch self {
        case .column(let name): [name]
        case .byValue(_, let choices):
            choices.map(\.column).reduce(into: []) { names, name in
                if !names.contains(where: { $0.isSame(as: name) }) { names.append(name) }
            }
        }
    }

    /// What has to be read of a row to tell its time.
    package var read: [ReadColumn] {
        let times = columns.map { ReadColumn.time($0) }
        if case .byValue(let column, _) = self { return [ReadColumn(column)] + times }
        return times
    }

    /// The column that holds the row's time; nil where none does.
    package func column(of row: SelectedRow) -> String? {
        switch self {
        case .column(let name): name
        case .byValue(let column, let choices): choices.first { $0.values.contains(row[column]) }?.column
        }
    }

    package func time(of row: SelectedRow) -> StoredTime {
        column(of: row).map(row.time) ?? .null
    }
}
