/// What the rules say of one row.
package enum Verdict<Change: Sendable & Equatable>: Sendable, Equatable {
    /// The row is as it should be.
    case keep
    /// The row would qualify but is left alone on purpose.
    case skip(SkipReason)
    case change(Change)

    package func map<Other: Sendable & Equatable>(_ transform: (Change) -> Other) -> Verdict<Other> {
        switch self {
        case .keep: .keep
        case .skip(let reason): .skip(reason)
        case .change(let change): .change(transform(change))
        }
    }
}

extension Condition {
    /// Changes the rows for which it holds.
    package func judge(_ change: @escaping @Sendable (SelectedRow) -> PlannedChange) -> Judge {
        { row in
            switch answer(on: row) {
            case .yes: .change(change(row))
            case .no: .keep
            case .unclear(let reason): .skip(reason)
            }
        }
    }
}

/// Why a row was left alone on purpose.
package enum SkipReason: String, CaseIterable, Sendable, Hashable, Codable {
    /// A job past its timeout that shows a sign of life.
    case alive
    /// The application changed the row after it was read.
    case changed
    /// A value that can't be read, so that nobody can say whether the row is old.
    case unreadable
    /// A sign of life that lies further ahead than clocks differ, so that it is none.
    case future
    /// A row that this one depends on is in a state that isn't the application's own.
    case unknown
    /// Deleting the row would take one along that is in use.
    case referenced
    /// Another connection kept the row locked for too long.
    case busy

    /// Whether somebody ought to look at such rows.
    package var isStrange: Bool {
        switch self {
        case .unreadable, .future, .unknown: true
        case .alive, .changed, .referenced, .busy: false
        }
    }
}
