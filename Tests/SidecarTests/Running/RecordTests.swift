import Logging
import Sweeping
import Testing

@testable import Sidecar

@Suite("Records of runs")
struct RecordTests {
    @Test("a run that can't get the lease begins no record, since another's may be open, and is recorded as failed")
    func leaseless() async throws {
        let history = KeptHistory()
        let coordinator = RunCoordinator(
            store: LeaselessStore(), history: history, policy: SweepPolicy(), clock: SystemClock(),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let report = try await coordinator.start(.cli).report.value
        #expect(report.status == .failed)
        #expect(await history.begun == [])
        #expect(await history.finished.map(\.phase) == [.over(.failed)])
    }
}
