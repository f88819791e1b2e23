import GRDB
import Synchronization

/// Whether a session has reason to expect refusals that the schema, as it was read at the session's start, doesn't tell of.
///
/// An application that is updated in the middle of a run may add a trigger or a key that refuses; an index may refuse what nobody foresees.
/// From then on each row's change is made so that it can be undone alone, and a refusal costs that row and no more.
final class Suspicion: Sendable {
    private let schemaVersion: Int64
    private let isAroused = Atomic(false)
    private let expectsDepth = Atomic(false)

    /// - Parameter schemaVersion: from before the schema was read.
    init(schemaVersion: Int64) {
        self.schemaVersion = schemaVersion
    }

    /// To be asked with the write lock, so that the schema stays.
    func isAroused(in database: Database) throws -> Bool {
        if isAroused.load(ordering: .relaxed) { return true }
        guard try ChildRows.schemaVersion(database) != schemaVersion else { return false }
        arouse()
        return true
    }

    func arouse() {
        isAroused.store(true, ordering: .relaxed)
    }

    /// Whether more may go along with a row than SQLite's own cascade can take.
    var isOfDepth: Bool { expectsDepth.load(ordering: .relaxed) }

    func expectDepth() {
        expectsDepth.store(true, ordering: .relaxed)
    }
}
