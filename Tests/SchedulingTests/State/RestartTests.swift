import CivilTime
import Testing

@testable import Scheduling

@Suite("Restarts")
struct RestartTests {
    static let interval = policy(.every(.minutes(30)))
    static let nightly = policy(.crontab("0 3 * * *"))

    /// A machine that has served from 10:00 to 10:41, with runs at 10:01 and 10:31.
    private func served() -> Machine {
        var machine = Machine(RestartTests.interval)
        machine.serve(for: .minutes(41))
        #expect(machine.happened() == ["1m startup", "31m schedule"])
        return machine
    }

    @Test("a short absence is none: the next run comes when it would have come")
    func short() {
        var machine = served()
        machine.restart(after: .minutes(5))
        #expect(machine.nextDue == utc("2026-03-02 11:01"))
        machine.serve(for: .hours(1))
        #expect(machine.happened() == ["1h1m schedule", "1h31m schedule"])
    }

    @Test("many restarts neither multiply runs nor put them off")
    func many() {
        var machine = served()
        for _ in 0..<30 {
            machine.restart(after: .seconds(20))
            machine.serve(for: .minutes(4))
        }
        #expect(machine.happened() == ["1h1m schedule", "1h31m schedule", "2h1m schedule", "2h31m schedule"])
    }

    @Test("a due time before the first minute is over is kept to the second")
    func soon() {
        var machine = served()
        machine.restart(after: .minutes(19.5))
        machine.serve(for: .minutes(5))
        #expect(machine.happened() == ["1h1m schedule"])
    }

    static let absences: [(Duration, [String])] = [
        // Due at 61m, 91m and so on; the first minute after the start comes first.
        (.minutes(20), ["1h2m schedule", "1h31m schedule"]),
        (.minutes(25), ["1h7m schedule", "1h31m schedule"]),
        (.minutes(25) + .microseconds(1), ["1h6m+ misfire 1", "1h31m schedule"]),
        (.minutes(52), ["1h33m misfire 1", "1h34m schedule", "2h1m schedule"]),
    ]

    @Test("an absence over a due time: late by no more than the grace it is made up for, once", arguments: absences)
    func absent(_ away: Duration, _ expected: [String]) {
        var machine = served()
        machine.restart(after: away)
        machine.serve(for: .minutes(30))
        #expect(machine.happened() == expected)
    }

    @Test("a long absence is one misfire, and the series goes on", arguments: [Duration.days(1), .days(200)])
    func long(_ away: Duration) {
        var machine = served()
        machine.restart(after: away)
        #expect(machine.nextDue == utc("2026-03-02 11:01") + away)
        machine.serve(for: .minutes(30))
        let all = machine.happenedOnTheWall()
        let back = utc("2026-03-02 10:41") + away
        #expect(all == ["\(back.text) misfire 1", "\((back + .minutes(20)).text) schedule"])
    }

    @Test("the misfire is counted once, and not again by a further restart after the next run")
    func countedOnce() {
        var machine = served()
        machine.restart(after: .days(1))
        machine.serve(for: .minutes(25))
        machine.restart(after: .minutes(1))
        machine.serve(for: .minutes(10))
        #expect(machine.happened() == ["24h41m misfire 1", "25h1m schedule"])
    }

    @Test("a boot in between makes no difference: the remembered run is told by the wall clock")
    func reboot() {
        var machine = served()
        machine.reboot(after: .minutes(10), uptime: .seconds(30))
        #expect(machine.nextDue == utc("2026-03-02 11:01"))
        machine.serve(for: .minutes(11))
        #expect(machine.happenedOnTheWall() == ["2026-03-02 11:01 schedule"])
    }

    @Test("a remembered run in the future is no memory: the clock was wrong, now or then")
    func future() {
        var machine = Machine(RestartTests.interval, lastStart: utc("2026-03-02 10:00:01"))
        machine.serve(for: .minutes(31))
        #expect(machine.happened() == ["1m startup", "31m schedule"])
        var now = Machine(RestartTests.interval, lastStart: utc("2026-03-02 10:00"))
        now.serve(for: .minutes(30))
        #expect(now.happened() == ["30m schedule"])
    }

    @Test("cron: what was missed while away is judged by the wall clock")
    func cron() {
        let away: [(String, String, [String])] = [
            ("2026-03-02 02:50", "2026-03-02 02:55", ["2026-03-02 03:00 schedule"]),
            ("2026-03-01 03:00", "2026-03-02 03:00", ["2026-03-02 03:01 schedule"]),
            ("2026-03-01 03:00", "2026-03-02 03:05", ["2026-03-02 03:06 schedule"]),
            ("2026-03-01 03:00", "2026-03-02 03:05:01", ["2026-03-02 03:05:01 misfire 1"]),
            ("2026-02-01 03:00", "2026-03-02 03:02", ["2026-03-02 03:02 misfire 1", "2026-03-02 03:03 schedule"]),
            ("2026-03-02 03:00", "2026-03-02 03:02", []), ("2026-03-02 03:00", "2026-03-02 12:00", []),
        ]
        for (last, start, expected) in away {
            var machine = Machine(RestartTests.nightly, lastStart: utc(last), at: utc(start))
            machine.serve(for: .hours(1))
            #expect(machine.happenedOnTheWall() == expected)
        }
    }

    @Test("cron: the run is made up for once, and the next night holds")
    func cronNextNight() {
        var machine = Machine(RestartTests.nightly, lastStart: utc("2026-03-01 03:00"), at: utc("2026-03-02 03:04"))
        machine.serve(for: .days(1))
        #expect(machine.happenedOnTheWall() == ["2026-03-02 03:05 schedule", "2026-03-03 03:00 schedule"])
    }

    @Test("another interval after the restart is reckoned from the last run")
    func otherInterval() {
        var machine = served()
        machine.restart(after: .minutes(1), policy(.every(.minutes(20))))
        machine.serve(for: .minutes(40))
        #expect(machine.happened() == ["51m schedule", "1h11m schedule"])
    }

    @Test("with jitter a due time that was missed gets a new one: no run before it, none later than it")
    func jitter() {
        for seed in 1...30 {
            var machine = Machine(
                policy(.every(.minutes(30)), jitter: .minutes(10)), lastStart: utc("2026-03-02 09:32"),
                seed: UInt64(seed))
            machine.serve(for: .minutes(12))
            #expect(machine.starts().map { $0 >= .minutes(2) && $0 <= .minutes(12) } == [true])
        }
    }
}
