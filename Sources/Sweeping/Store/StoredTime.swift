/// What a timestamp column holds in a row.
package enum StoredTime: Sendable, Equatable {
    case null
    /// Something that no rule can date: such a row is never old.
    case unreadable
    case at(Timestamp)
}
