/// How many rows there are, as far as they were counted.
package struct RowCount: Sendable, Equatable {
    package var rows: Int
    /// Whether there are more.
    package var isLeast: Bool

    package init(_ rows: Int, isLeast: Bool = false) {
        self.rows = rows
        self.isLeast = isLeast
    }
}
