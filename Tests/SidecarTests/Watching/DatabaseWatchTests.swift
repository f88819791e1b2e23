import Logging
import Sweeping
import Synchronization
import Testing

@testable import Sidecar

@Suite("Looking at the database", .timeLimit(.minutes(10)))
struct DatabaseWatchTests {
    /// A store that takes until it is cancelled to look at.
    private struct EndlessStore: MaintenanceStore {
        let looks = AsyncStream<Void>.makeStream()
        let name = "endless"

        func acquireLease(for holder: RunHolder) throws -> NoLease { throw RunRefusal.underWay(nil) }
        func openSession(_ options: SessionOptions) async throws -> EmptySession { EmptySession() }
        func examine(_ work: [PlannedWork], at now: Timestamp, in zone: TimeZoneRules) async throws -> [Finding] { [] }

        func inspect() async throws -> DatabaseSizes {
            looks.continuation.yield()
            while !Task.isCancelled { await Task.yield() }
            throw CancellationError()
        }
    }

    @Test("a look that the end of the process cuts short says nothing of the database")
    func cancelled() async {
        let lines = KeptLines()
        let store = EndlessStore()
        let watch = DatabaseWatch(store: store, clock: SystemClock(), logger: lines.logger)
        let task = Task { await watch.run() }
        for await _ in store.looks.stream { break }
        task.cancel()
        await task.value
        #expect(lines.all == [])
        #expect(watch.current == DatabaseWatch.View())
    }
}
