/// What a timestamp column holds in a row.
package enum StoredTime: Sendable, Equatable {
    case null
    /// Something that no rule can date: such a row is never old.
    case unreadable
    case at(Timestamp)
}

extension StoredTime {
    /// For a person.
    package var text: String {
        switch self {
        case .null: "no time"
        case .unreadable: "an unreadable time"
        case .at(let instant): instant.rfc3339
        }
    }
}
