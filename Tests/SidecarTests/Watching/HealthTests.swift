import HTTPServer
import Sweeping
import Synchronization
import Testing

@testable import Sidecar

@Suite("Health")
struct HealthTests {
    private final class Clock: Sendable {
        private let time = Mutex(Duration.seconds(1000))
        var now: Duration { time.withLock { $0 } }
        func pass(_ span: Duration) { time.withLock { $0 += span } }
    }

    private let clock = Clock()
    private let health: Health

    init() {
        health = Health(timeLimit: .minutes(5)) { [clock] in clock.now }
    }

    @Test("nothing is expected of what hasn't begun")
    func atFirst() {
        clock.pass(.days(1))
        #expect(health.problem == nil)
    }

    @Test("a loop that waits turns within a minute")
    func loop() {
        health.scheduleTurned(isBusy: false)
        clock.pass(.seconds(60))
        #expect(health.problem == nil)
        clock.pass(.milliseconds(1))
        #expect(health.problem == "the schedule's loop hasn't turned for 1m: restart jobsweep")
        clock.pass(.seconds(29))
        #expect(health.problem == "the schedule's loop hasn't turned for 1m29s: restart jobsweep")
        health.scheduleTurned(isBusy: false)
        #expect(health.problem == nil)
    }

    @Test("one that waits for a run has as long as a run may take, and five minutes")
    func busyLoop() {
        health.scheduleTurned(isBusy: true)
        clock.pass(.minutes(10))
        #expect(health.problem == nil)
        clock.pass(.seconds(1))
        #expect(health.problem == "the schedule's loop hasn't turned for 10m1s: restart jobsweep")
        health.scheduleEnded()
        #expect(health.problem == nil)
    }

    @Test("a run that doesn't come to its end, by the time limit that it began with")
    func run() {
        health.runBegan("one")
        health.apply(timeLimit: .hours(1))
        health.runBegan("two")
        clock.pass(.minutes(10) + .seconds(1))
        #expect(health.problem == "run one hasn't come to its end for 10m1s: restart jobsweep")
        health.runEnded("one")
        #expect(health.problem == nil)
        clock.pass(.minutes(55))
        #expect(health.problem == "run two hasn't come to its end for 1h5m1s: restart jobsweep")
    }
}
