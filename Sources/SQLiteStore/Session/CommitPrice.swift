import Synchronization

/// What a commit takes whatever is in it: as long as the quickest one so far. With a rollback journal on a slow disk that is more than
/// many rows take, and batches that are kept short for it would pay it the more often.
final class CommitPrice: Sendable {
    private let least = Mutex<Duration?>(nil)

    /// Takes in a commit.
    /// - Returns: how much of it was no row's doing.
    func note(_ took: Duration) -> Duration {
        least.withLock { least in
            let price = min(least ?? took, took)
            least = price
            return price
        }
    }
}
