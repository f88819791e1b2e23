/// What became of a row that was to be put back.
package enum PutBack: Sendable, Equatable {
    case done
    /// The row is already as it was.
    case present
    /// Its key is another row's by now, or what must be unique is.
    case taken
    /// It isn't what the run made of it any more.
    case changed
    /// The run only changed it, and it isn't there any more.
    case gone
    /// A row that it refers to isn't there.
    case orphan
    /// A row that it belonged to isn't there, and another has its key.
    case estranged
    /// The database won't have it, with its reason.
    case refused(String)

    /// Why the row wasn't put back; nil where it is as it was.
    package var obstacle: Obstacle? {
        switch self {
        case .done, .present: nil
        case .taken: .taken
        case .changed: .changed
        case .gone: .gone
        case .orphan, .estranged: .orphan
        case .refused: .refused
        }
    }

    package enum Obstacle: String, CaseIterable, Sendable, Hashable, Codable {
        case taken
        case changed
        case gone
        case orphan
        case refused
    }

    /// For a person; empty where there is nothing to say.
    package var reason: String {
        switch self {
        case .done, .present: ""
        case .taken: "another row has its key, or what must be unique, by now"
        case .changed: "it isn't what the run made of it any more"
        case .gone: "the run changed it, and it is gone by now"
        case .orphan: "a row that it refers to isn't there"
        case .estranged:
            "a row that it belonged to can't come back: its key, or what must be unique, is another's by now"
        case .refused(let reason): reason
        }
    }
}

/// What became of a batch of rows that were to be put back, in their order, and what it cost the application. The last ones may be
/// missing: their time was over.
package struct PutBackOutcome: Sendable, Equatable {
    package var results: [PutBack]
    package var batch: BatchOutcome

    package init(results: [PutBack], batch: BatchOutcome) {
        self.results = results
        self.batch = batch
    }
}
