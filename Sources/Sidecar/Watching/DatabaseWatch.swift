import Logging
import Sweeping
import Synchronization

/// Looks at the application's database now and then, so that scrapes and readiness need not wait for it.
package final class DatabaseWatch: Sendable {
    /// What the last looks found.
    package struct View: Sendable, Equatable {
        /// Whether the last look worked; nil before the first.
        package var isUp: Bool?
        /// Whether any look has worked since the start.
        package var hasBeenUp = false
        /// What the last look saw; nil where it didn't work, since nobody knows what the sizes are now.
        package var sizes: DatabaseSizes?
        /// The server that the last look that worked saw; nil for a file.
        package var server: ServerFacts?
        /// Why the last look didn't work.
        package var error: String?
    }

    /// How often it looks.
    static let interval: Duration = .seconds(10)

    private let store: any MaintenanceStore
    private let clock: any SweepClock
    private let logger: Logger
    private let view = Mutex(View())
    private let firstFailure = Mutex<Timestamp?>(nil)

    package init(store: any MaintenanceStore, clock: any SweepClock, logger: Logger) {
        self.store = store
        self.clock = clock
        self.logger = logger
    }

    package var current: View { view.withLock { $0 } }

    /// When the first look failed since one worked; nil where the last one worked.
    package var downSince: Timestamp? { firstFailure.withLock { $0 } }

    /// Looks once.
    package func look() async {
        let result: Result<DatabaseSizes, any Error>
        do {
            result = .success(try await store.inspect())
        } catch {
            // Whoever looks was told to end: that says nothing of the database.
            guard !Task.isCancelled else { return }
            result = .failure(error)
        }
        let (before, after) = view.withLock { view in
            let before = view
            switch result {
            case .success(let sizes):
                view = View(isUp: true, hasBeenUp: true, sizes: sizes, server: sizes.server, error: nil)
            case .failure(let error):
                view.isUp = false
                view.sizes = nil
                view.error = "\(error)"
            }
            return (before, view)
        }
        let now = clock.now()
        firstFailure.withLock { $0 = after.isUp == false ? $0 ?? now : nil }
        if after.isUp == false, before.isUp != false {
            logger.error("the database can't be used", metadata: ["error": "\(after.error ?? "")"])
        } else if after.isUp == true, before.isUp == false {
            logger.notice("the database can be used again")
        }
    }

    /// Looks until the task is cancelled.
    package func run() async {
        while !Task.isCancelled {
            await look()
            await clock.sleep(for: DatabaseWatch.interval)
        }
    }
}
