import Logging
import Sweeping
import Testing

@testable import Sidecar

/// Nothing here sleeps; the time limit is for a coordinator that doesn't do what is waited for.
@Suite("Shutting down", .timeLimit(.minutes(10)))
struct ShutDownTests {
    private let store = SlowStore()
    private let history = KeptHistory()
    private let coordinator: RunCoordinator

    init() {
        coordinator = RunCoordinator(
            store: store, history: history, policy: SweepPolicy(), clock: SystemClock(),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    @Test("a run that is just being let in ends at once, and is in the history before the sidecar ends")
    func whileStarting() async throws {
        async let started = coordinator.start(.schedule)
        while !store.isOpening, !Task.isCancelled { await Task.yield() }
        async let down: Void = coordinator.shutDown()
        while !store.isStopping, !Task.isCancelled { await Task.yield() }
        #expect(store.isStopping, "the run is told")
        store.open()
        await down
        #expect(await history.finished.map(\.phase) == [.over(.cancelled)])
        #expect(try await started.report.value.status == .cancelled)
    }

    @Test("after it no run is let in, and the refusal is counted")
    func afterwards() async throws {
        await coordinator.shutDown()
        await #expect(throws: RunRefusal.underWay(nil)) { try await coordinator.start(.api) }
        #expect(await history.skipped == [.overlap])
        #expect(await history.finished == [])
    }
}
