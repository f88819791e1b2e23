/// What the rules say of one row.
package enum Verdict<Change: Sendable & Equatable>: Sendable, Equatable {
    /// The row is as it should be.
    case keep
    /// The row would qualify but is left alone on purpose.
    case skip(SkipReason)
    case change(Change)
}

/// Why a row was left alone on purpose.
package enum SkipReason: String, CaseIterable, Sendable, Hashable, Codable {
    /// A job past its timeout that shows a sign of life.
    case alive
    /// The application changed the row after it was read.
    case changed
    /// A timestamp that can't be read, so that nobody can say whether the row is old.
    case unreadable
    /// Another connection kept the row locked for too long.
    case busy
}
