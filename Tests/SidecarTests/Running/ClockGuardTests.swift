import Logging
import Sweeping
import Synchronization
import Testing

@testable import Sidecar

@Suite("A wall clock that leaps", .timeLimit(.minutes(10)))
struct ClockGuardTests {
    /// Clocks that a test sets.
    private final class SetClock: SweepClock {
        private struct State {
            var wall = Timestamp(microseconds: 1_772_445_600_000_000)
            var uptime: Duration = .hours(2)
        }

        private let state = Mutex(State())

        func now() -> Timestamp { state.withLock { $0.wall } }
        func uptime() -> Duration { state.withLock { $0.uptime } }
        func sleep(for pause: Duration) async {}

        func pass(_ span: Duration) {
            state.withLock { state in
                state.wall = state.wall + span
                state.uptime += span
            }
        }

        func setWall(by span: Duration) { state.withLock { $0.wall = $0.wall + span } }
    }

    /// A store without a row.
    private struct EmptyStore: MaintenanceStore {
        let name = "empty"
        func acquireLease(for holder: RunHolder) throws -> NoLease { NoLease() }
        func openSession(_ options: SessionOptions) async throws -> EmptySession { EmptySession() }
        func examine(_ work: [PlannedWork], at now: Timestamp, in zone: TimeZoneRules) async throws -> [Finding] { [] }
        func inspect() async throws -> DatabaseSizes {
            DatabaseSizes(fileBytes: 0, freeBytes: 0, writeAheadLogBytes: 0)
        }
    }

    private let clock = SetClock()
    private let history = KeptHistory()
    private let coordinator: RunCoordinator
    private let clockGuard: ClockGuard

    init() {
        clockGuard = ClockGuard(history: history, clock: clock) { "this boot" }
        coordinator = RunCoordinator(
            store: EmptyStore(), history: history, policy: SweepPolicy(), clock: clock,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, clockGuard: clockGuard)
    }

    private func run(dryRun: Bool = false, ignoringClock: Bool = false) async throws -> RunReport {
        try await coordinator.start(.cli, dryRun: dryRun, ignoringClock: ignoringClock).report.value
    }

    /// Two good runs, and a clock that was set forward by 400 days since.
    private func leap() async throws {
        #expect(try await run().status == .completed)
        clock.pass(.minutes(30))
        #expect(try await run().status == .completed)
        clock.pass(.minutes(30))
        clock.setWall(by: .days(400))
    }

    private func expectRefusal(_ report: RunReport) {
        #expect(report.status == .failed)
        #expect(
            report.errors.map(\.message) == [
                "the wall clock was set forward by 400 days since 2026-03-02T10:30:00.000Z and shows 2027-04-06T11:00:00.000Z: set the "
                    + "clock right, or, if it is right, run `jobsweep approve clock` or `jobsweep run --ignore-clock`, once"
            ])
        #expect(report.errors.map(\.operationLabel) == ["run"])
    }

    @Test("a run and a preview are refused, each time, until the clock is right again")
    func refused() async throws {
        try await leap()
        expectRefusal(try await run())
        expectRefusal(try await run(dryRun: true))
        expectRefusal(try await run())
        #expect(await history.finished.suffix(3).allSatisfy { $0.phase == .over(.failed) })
        #expect(await clockGuard.look() != nil)
        clock.setWall(by: .days(-400))
        #expect(try await run().status == .completed)
    }

    @Test("a run that is told to ignore it goes on, and the clock is taken for right from then on")
    func ignored() async throws {
        try await leap()
        #expect(try await run(ignoringClock: true).status == .completed)
        clock.pass(.minutes(30))
        #expect(try await run().status == .completed)
        clock.setWall(by: .days(2))
        #expect(try await run().status == .failed, "once")
    }

    @Test("a preview that is told to ignore it changes nothing for others")
    func ignoredPreview() async throws {
        try await leap()
        #expect(try await run(dryRun: true, ignoringClock: true).status == .completed)
        expectRefusal(try await run())
    }

    @Test("an approval holds for the runs that follow, until the next leap")
    func approved() async throws {
        try await leap()
        #expect(await clockGuard.look() != nil)
        await clockGuard.accept()
        #expect(await clockGuard.look() == nil)
        #expect(try await run(dryRun: true).status == .completed)
        #expect(try await run().status == .completed)
        clock.setWall(by: .days(-400))
        #expect(try await run().status == .failed)
    }

    @Test("a sidecar that serves looks between its runs: 90 days without one are no absence")
    func watched() async throws {
        #expect(try await run().status == .completed)
        for _ in 1...200 {
            clock.pass(.days(1))
            #expect(await clockGuard.look() == nil)
        }
        #expect(try await run().status == .completed)
        clock.pass(.days(91))
        #expect(try await run().status == .failed)
    }

    @Test("what is remembered and can't be read is no look")
    func unreadable() async throws {
        for text in ["", "{}", "[1]", #"{"wallMicroseconds": "x"}"#] {
            await history.remember(text, as: "clock")
            #expect(try await run().status == .completed)
        }
        await history.remember(
            #"{"wallMicroseconds": -9223372036854775808, "bootMicroseconds": 9223372036854775807, "bootID": "this boot"}"#,
            as: "clock")
        #expect(try await run().status == .failed, "no number overflows")
    }

    @Test("the kernel names its boot")
    func bootID() throws {
        let id = try #require(ClockGuard.bootID())
        #expect(id.wholeMatch(of: /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/) != nil)
        #expect(ClockGuard.bootID() == id)
    }
}
