import CivilTime
import Testing

@testable import Scheduling

@Suite("Due times at which nobody was there")
struct CatchUpTests {
    static let interval = policy(.every(.minutes(30)), catchUp: true)
    static let nightly = policy(.crontab("0 3 * * *"), catchUp: true)

    /// A machine that has served from 10:00 to 10:41, with runs at 10:01 and 10:31.
    private func served() -> Machine {
        var machine = Machine(CatchUpTests.interval)
        machine.serve(for: .minutes(41))
        #expect(machine.happened() == ["1m startup", "31m schedule"])
        return machine
    }

    static let absences: [(Duration, [String])] = [
        (.minutes(19), ["1h1m schedule", "1h31m schedule"]),
        (.minutes(20), ["1h2m schedule", "1h31m schedule"]),
        (.minutes(25) + .microseconds(1), ["1h7m+ schedule", "1h31m schedule"]),
        // A due time before the first minute is over takes the place of what was missed.
        (.minutes(49.5), ["1h31m schedule"]),
        (.minutes(52), ["1h34m schedule", "2h1m schedule"]),
        (.hours(24), ["24h42m schedule", "25h1m schedule"]),
    ]

    @Test("down at the due time: one run, a minute after the start, however late", arguments: absences)
    func down(_ away: Duration, _ expected: [String]) {
        var machine = served()
        machine.restart(after: away)
        machine.serve(for: .minutes(92) - .minutes(41) - min(away, .minutes(20)))
        #expect(Array(machine.happened().prefix(expected.count)) == expected)
    }

    @Test("suspended at the due time: the same, a minute after the waking")
    func suspended() {
        var machine = served()
        machine.suspend(for: .hours(8))
        machine.serve(for: .minutes(25))
        #expect(machine.happened() == ["8h42m schedule", "9h1m schedule"])
    }

    @Test("within the grace a run that was slept over is only late, as ever")
    func suspendedWithinGrace() {
        var machine = served()
        machine.suspend(for: .minutes(24))
        machine.serve(for: .minutes(10))
        #expect(machine.happened() == ["1h5m schedule"])
    }

    @Test("a process that hung, or a run that took too long, is a misfire as ever")
    func misfiresWhileUp() {
        var machine = served()
        machine.hang(for: .minutes(26))
        machine.serve(for: .minutes(30))
        #expect(machine.happened() == ["1h7m misfire 1", "1h31m schedule"])

        var busy = Machine(CatchUpTests.interval)
        busy.serve(for: .minutes(30), run: .minutes(37))
        #expect(busy.happened() == ["1m startup", "38m misfire 1"])
    }

    @Test("a short sleep doesn't turn a long hang into an absence")
    func shortSleep() {
        var machine = served()
        machine.suspend(for: .seconds(30))
        machine.hang(for: .minutes(26))
        machine.serve(for: .minutes(3))
        #expect(machine.happened() == ["1h7m30s misfire 1"])
    }

    @Test("a sleep in the middle of a run: what was due meanwhile is made up for")
    func asleepDuringARun() {
        var machine = served()
        machine.serve(for: .minutes(20))
        #expect(machine.happened() == ["1h1m schedule"])
        // The run of 11:01 takes until 19:00 by the clock, five minutes of it awake; whoever looks meanwhile changes nothing.
        machine.suspend(for: .hours(8))
        _ = machine.nextDue
        machine.hang(for: .minutes(5))
        machine.serve(for: .minutes(2))
        #expect(machine.happened() == ["9h7m schedule"])
    }

    @Test("the first run of a fresh start that was slept over comes a minute after the waking, on startup")
    func firstRun() {
        var machine = Machine(CatchUpTests.interval)
        machine.serve(for: .seconds(30))
        machine.suspend(for: .hours(8) + .minutes(10))
        machine.serve(for: .minutes(2))
        #expect(machine.happened() == ["8h11m30s startup"])
    }

    @Test("with no time to wait for it starts at once")
    func atOnce() {
        var machine = Machine(policy(.every(.minutes(30)), firstRunAfter: .zero, catchUp: true))
        machine.serve(for: .minutes(1))
        machine.suspend(for: .hours(1))
        machine.serve(for: .minutes(1))
        #expect(machine.happened() == ["0s startup", "1h1m schedule"])
    }

    @Test("a machine that is off at every due time still gets its sweeps")
    func offAtEveryDueTime() {
        var machine = Machine(
            policy(.every(.seconds(20)), firstRunAfter: .seconds(1), misfireGrace: .seconds(1), catchUp: true))
        for _ in 0..<5 {
            machine.serve(for: .seconds(4))
            machine.restart(after: .seconds(22))
        }
        #expect(
            machine.happened() == ["1s startup", "27s schedule", "53s schedule", "1m19s schedule", "1m45s schedule"])
    }

    @Test("cron: a laptop that is only on by day")
    func laptop() {
        var machine = Machine(CatchUpTests.nightly, lastStart: utc("2026-03-01 03:00"), at: utc("2026-03-02 09:00"))
        machine.serve(for: .hours(8))
        machine.suspend(for: .hours(16))
        machine.serve(for: .hours(8))
        machine.reboot(after: .hours(16), uptime: .minutes(1))
        machine.serve(for: .hours(8))
        #expect(
            machine.happenedOnTheWall() == [
                "2026-03-02 09:01 schedule", "2026-03-03 09:01 schedule", "2026-03-04 09:01 schedule",
            ])
    }

    @Test("a wall clock that goes forward is no absence")
    func wallClock() {
        var machine = Machine(CatchUpTests.nightly, lastStart: utc("2026-03-01 03:00"), at: utc("2026-03-02 02:30"))
        machine.serve(for: .minutes(10))
        machine.setWallClock(by: .hours(1))
        machine.serve(for: .minutes(5))
        #expect(machine.happenedOnTheWall() == ["2026-03-02 03:40 misfire 1"])
    }

    @Test("a reload makes nothing up")
    func reload() {
        var machine = served()
        machine.reload(policy(.every(.minutes(1)), misfireGrace: .seconds(1), catchUp: true))
        machine.serve(for: .minutes(1))
        #expect(machine.happened() == ["42m schedule"])
    }
}
