import Sweeping
import Testing

@testable import SQLiteStore

@Suite("Writers that sleep before a lock")
struct SleepingWritersTests {
    /// The rules for the time between two batches that are compared.
    enum Rule: CaseIterable {
        /// What there was first: 7 ms of work, and a pause of up to 20 that ended with the first commit of somebody else.
        case endedByTheFirst
        /// What there was then: 7 ms of work, and a pause as long.
        case asLong
        /// 10 ms of work in step with the naps of who has waited for long.
        case inStep
        case now

        var policy: PacingPolicy {
            var policy = PacingPolicy()
            if self == .endedByTheFirst || self == .asLong { policy.lockTarget = .milliseconds(7) }
            return policy
        }
    }

    private func simulate(
        _ rule: Rule = .now, writers: Int, row: Duration = .microseconds(100), every: Duration,
        work: Duration = .seconds(4),
        seed: UInt64
    ) -> SimulatedLock {
        var lock = SimulatedLock(writers: writers, seed: seed) { random in
            every + .microseconds(Int64.random(in: 0...2000, using: &random))
        }
        let pace = LockPace(now: .zero)
        lock.run(work: work, row: row, policy: rule.policy) { hold in
            switch rule {
            case .endedByTheFirst: .untilWrite(.milliseconds(20))
            case .asLong: .whole(max(hold.held, SleepingWriters.ofSQLite.nap(atAge: hold.held) + .milliseconds(1)))
            case .inStep: .whole(max(.milliseconds(25) - hold.held, .milliseconds(1)))
            case .now:
                .whole(
                    pace.rest(held: hold.held, waited: hold.waited, othersWrote: hold.othersWrote, now: hold.end))
            }
        }
        return lock
    }

    static let rows: [Duration] = [
        .microseconds(100), .milliseconds(3), .milliseconds(10), .milliseconds(60), .milliseconds(270), .seconds(2),
    ]

    @Test("whatever a row costs, a single writer gets the lock after the first hold that it meets", arguments: rows)
    func one(_ row: Duration) {
        for seed in 1...5 {
            let lock = simulate(writers: 1, row: row, every: .milliseconds(5), seed: UInt64(seed))
            let hold = max(row, PacingPolicy().lockTarget)
            #expect(lock.longestWait <= hold + SleepingWriters.ofSQLite.nap(atAge: hold) + .milliseconds(1))
            #expect(lock.writers.allSatisfy { $0.writes > 0 })
        }
    }

    @Test("several writers, which meet each other too, never wait for as long as a driver does", arguments: rows)
    func several(_ row: Duration) {
        for seed in 1...5 {
            let lock = simulate(writers: 8, row: row, every: .milliseconds(20), seed: UInt64(seed))
            #expect(lock.longestWait < .seconds(2) + row * 2)
            #expect(lock.writers.allSatisfy { $0.writes > 0 })
        }
    }

    /// Medians of the seeds.
    private func middle(_ rule: Rule, writers: Int, every: Duration, _ figure: (SimulatedLock) -> Duration) -> Duration
    {
        let found = (1...5).map { figure(simulate(rule, writers: writers, every: every, seed: UInt64($0))) }
        return found.sorted()[2]
    }

    @Test("a window that stays open lets in every one of several writers; one that the first commit ends lets in one")
    func windowStaysOpen() {
        for (writers, every) in [(4, Duration.milliseconds(20)), (8, .milliseconds(20))] {
            let old = middle(.endedByTheFirst, writers: writers, every: every) { $0.wait(0.99) }
            let new = middle(.now, writers: writers, every: every) { $0.wait(0.99) }
            #expect(new * 2 <= old, "\(writers) writers")
        }
    }

    @Test("who has waited for long meets the lock again and again where it is taken in step with his naps")
    func beat() {
        for writers in [4, 8] {
            let inStep = middle(.inStep, writers: writers, every: .milliseconds(20)) { $0.longestWait }
            let now = middle(.now, writers: writers, every: .milliseconds(20)) { $0.longestWait }
            #expect(now < inStep, "\(writers) writers")
        }
    }

    @Test("99 of 100 waits stay below 20 ms, however many write; one waits no longer, four wait 60 ms and eight 150")
    func waits() {
        #expect(middle(.now, writers: 1, every: .milliseconds(5)) { $0.wait(0.99) } < .milliseconds(20))
        #expect(middle(.now, writers: 1, every: .milliseconds(5)) { $0.longestWait } < .milliseconds(20))
        for (writers, longest) in [(4, 60), (8, 150)] {
            #expect(middle(.now, writers: writers, every: .milliseconds(20)) { $0.wait(0.99) } < .milliseconds(20))
            #expect(
                middle(.now, writers: writers, every: .milliseconds(20)) { $0.longestWait } < .milliseconds(longest))
        }
    }

    @Test("a run beside writers that never rest advances: it has the lock for a quarter of the time")
    func advances() {
        for writers in [1, 4, 8] {
            let lock = simulate(writers: writers, every: .zero, work: .seconds(2), seed: 7)
            #expect(lock.now < .seconds(8), "\(writers) writers that come again at once")
        }
    }

    @Test(
        "with nobody beside it a run works for more of the time than beside a writer"
    )
    func alone() {
        let alone = simulate(writers: 0, every: .zero, seed: 1).now
        let beside = simulate(writers: 1, every: .milliseconds(5), seed: 1).now
        #expect(alone < beside * 0.9)
    }

    @Test("somebody who comes after a long silence waits no longer than is fair, and his followers as ever")
    func newcomer() {
        for seed in 1...20 {
            let lock = simulate(writers: 1, every: .seconds(7), work: .seconds(30), seed: UInt64(seed))
            #expect(lock.longestWait < WakingWindow.fairAge * 2)
        }
    }
}
