/// A row whose change held the write lock for far longer than a batch of rows is meant to.
package struct DearRow: Sendable, Equatable {
    package var held: Duration
    /// How large the row itself is; nil where that isn't known.
    package var bytes: Int?
    /// What may be to blame, in words; empty where it is the row itself, or the number of rows that went with it.
    package var causes: [String]

    package init(held: Duration, bytes: Int? = nil, causes: [String]) {
        self.held = held
        self.bytes = bytes
        self.causes = causes
    }

    /// How many times a batch's time with the lock makes a row dear.
    static let measure = 6
}
