/// How long rows are kept.
package struct Retention: Sendable, Equatable {
    /// Other times for rows with certain values in a column.
    package struct Exception: Sendable, Equatable {
        package var column: String
        /// Whether the case of the letters A to Z doesn't matter; the values are in lower case then.
        package var isFolded: Bool
        /// Nil for ever.
        package var keep: [Value: Duration?]

        package init(column: String, isFolded: Bool = false, keep: [Value: Duration?]) {
            self.column = column
            self.isFolded = isFolded
            self.keep = keep
        }
    }

    /// For every row that no exception is for; nil for ever.
    package var keep: Duration?
    package var exceptions: [Exception]

    package init(_ keep: Duration?, _ exceptions: [Exception] = []) {
        self.keep = keep
        self.exceptions = exceptions.filter { !$0.keep.isEmpty }
    }

    /// How long the row is kept; where several exceptions are for it, the longest wins. Nil for ever.
    package func keep(of row: SelectedRow) -> Duration? {
        keep { row[$0] }
    }

    /// - Parameter value: gives a row's value in a column.
    package func keep(of value: (String) -> Value) -> Duration? {
        var longest: Duration?
        for exception in exceptions {
            let value = value(exception.column)
            guard let keep = exception.keep[exception.isFolded ? value.folded : value] else { continue }
            guard let keep else { return nil }
            longest = max(longest ?? keep, keep)
        }
        return longest ?? keep
    }

    /// The shortest time that any row can be kept for: nothing younger needs to be looked at. Nil where all are kept for ever.
    package var shortest: Duration? {
        (exceptions.flatMap { $0.keep.values.compactMap(\.self) } + [keep].compactMap(\.self)).min()
    }
}
