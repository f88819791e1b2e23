import CivilTime
import Testing

@testable import Scheduling

@Suite("A policy that is replaced while the schedule runs")
struct ReloadTests {
    static let everyThirty = policy(.every(.minutes(30)))
    static let everyTen = policy(.every(.minutes(10)))

    /// A machine that has made its first run, at 1m, and has served for `span`.
    private func served(_ policy: SchedulePolicy = everyThirty, for span: Duration) -> Machine {
        var machine = Machine(policy)
        machine.serve(for: span)
        #expect(machine.happened() == ["1m startup"])
        return machine
    }

    @Test("an unchanged schedule keeps its due times, whatever else changes")
    func unchanged() {
        for other in [
            ReloadTests.everyThirty, policy(.every(.minutes(30)), misfireGrace: .hours(1)),
            policy(.every(.minutes(30)), firstRunAfter: .minutes(10)),
            policy(.every(.minutes(30)), jitter: .minutes(30)),
        ] {
            var machine = served(for: .minutes(20))
            machine.reload(other)
            #expect(machine.nextDue == utc("2026-03-02 10:31"))
            machine.serve(for: .minutes(11))
            #expect(machine.happened() == ["31m schedule"])
        }
    }

    @Test("an unchanged schedule keeps the jitter that was drawn, reload or not")
    func keepsJitter() {
        let jittered = policy(.every(.minutes(30)), jitter: .minutes(30))
        var machine = Machine(jittered)
        for _ in 0..<20 {
            let shown = machine.nextDue
            machine.reload(jittered)
            #expect(machine.nextDue == shown)
        }
    }

    @Test("a new jitter holds from the due time after the next")
    func newJitter() {
        var machine = served(for: .minutes(20))
        machine.reload(policy(.every(.minutes(30)), jitter: .minutes(20)))
        machine.serve(for: .minutes(61))
        let starts = machine.starts()
        #expect(starts.count == 2)
        #expect(starts.first == .minutes(31))
        #expect(starts.last.map { $0 > .minutes(61) && $0 <= .minutes(81) } == true)
    }

    @Test("a shorter interval counts from the last run's start")
    func shorter() {
        var machine = served(for: .minutes(5))
        machine.reload(ReloadTests.everyTen)
        #expect(machine.nextDue == utc("2026-03-02 10:11"))
        machine.serve(for: .minutes(20))
        #expect(machine.happened() == ["11m schedule", "21m schedule"])
        #expect(machine.state.policy == ReloadTests.everyTen)
    }

    @Test("a longer one too")
    func longer() {
        var machine = served(ReloadTests.everyTen, for: .minutes(5))
        machine.reload(ReloadTests.everyThirty)
        machine.serve(for: .minutes(30))
        #expect(machine.happened() == ["31m schedule"])
    }

    static let lateness: [(Duration, [String])] = [
        (.minutes(11), ["11m schedule", "21m schedule", "31m schedule"]),
        (.minutes(16), ["16m schedule", "21m schedule", "31m schedule"]),
        (.minutes(16) + .microseconds(1), ["21m schedule", "31m schedule"]),
        (.minutes(21), ["31m schedule"]), (.minutes(25), ["31m schedule"]),
    ]

    @Test("late by the new one: within the grace at once, by more no misfire but the next", arguments: lateness)
    func late(_ at: Duration, _ expected: [String]) {
        var machine = served(for: at)
        machine.reload(ReloadTests.everyTen)
        machine.serve(for: .minutes(31) - at)
        #expect(machine.happened() == expected)
    }

    @Test("an overdue run isn't made before the first minute is over")
    func overdueAndFresh() {
        var machine = Machine(ReloadTests.everyThirty, lastStart: utc("2026-03-02 09:47"))
        machine.serve(for: .seconds(10))
        machine.reload(ReloadTests.everyTen)
        machine.serve(for: .minutes(8))
        #expect(machine.happened() == ["1m schedule", "7m schedule"])
    }

    @Test("from an interval to cron, and back")
    func otherKind() {
        var machine = served(for: .minutes(5))
        machine.reload(policy(.crontab("0 * * * *")))
        #expect(machine.nextDue == utc("2026-03-02 11:00"))
        machine.serve(for: .hours(1))
        #expect(machine.happenedOnTheWall() == ["2026-03-02 11:00 schedule"])
        machine.reload(policy(.every(.minutes(7))))
        machine.serve(for: .minutes(9))
        #expect(machine.happenedOnTheWall() == ["2026-03-02 11:07 schedule", "2026-03-02 11:14 schedule"])
    }

    @Test("cron to another cron: a due time within the grace runs at once")
    func otherCron() {
        var machine = Machine(policy(.crontab("0 * * * *")))
        machine.serve(for: .minutes(17))
        machine.reload(policy(.crontab("15 * * * *")))
        machine.serve(for: .hours(1))
        #expect(
            machine.happenedOnTheWall() == [
                "2026-03-02 10:01 startup", "2026-03-02 10:17 schedule", "2026-03-02 11:15 schedule",
            ])
    }

    @Test("cron to cron, hours after the last run: what the new one would have done is no misfire")
    func otherCronLong() {
        var machine = Machine(policy(.crontab("0 3 * * *")))
        machine.serve(for: .hours(5))
        machine.reload(policy(.crontab("*/20 * * * *")))
        machine.serve(for: .minutes(20))
        #expect(machine.happenedOnTheWall() == ["2026-03-02 10:01 startup", "2026-03-02 15:20 schedule"])
    }

    @Test(
        "a clock that was corrected since the last run: the new expression is judged by the new time",
        arguments: [6.0, -72])
    func afterCorrection(_ hours: Double) {
        var machine = served(for: .minutes(10))
        machine.setWallClock(by: .hours(hours))
        machine.reload(policy(.crontab("0,5 * * * *")))
        // The last run started when this clock would have shown a minute past the hour: five past is five minutes late.
        machine.serve(for: .hours(1))
        let at = (utc("2026-03-02 10:00") + .hours(hours)).text.dropLast(2)
        #expect(machine.happenedOnTheWall().first == "\(at)10 schedule")
    }

    @Test("a correction that is noticed by the reload itself counts nothing as missed")
    func correctionNoticedByReload() {
        var machine = Machine(policy(.crontab("*/15 * * * *")))
        machine.serve(for: .minutes(20))
        _ = machine.happened()
        machine.suspend(for: .minutes(30))
        machine.setWallClock(by: .hours(5))
        machine.reload(policy(.crontab("*/20 * * * *")))
        machine.serve(for: .minutes(10))
        #expect(machine.happenedOnTheWall() == ["2026-03-02 16:00 schedule"])
    }

    @Test("a smaller step since then repeats no due time that has run")
    func afterStep() {
        var machine = Machine(policy(.crontab("0 * * * *")), at: utc("2026-03-02 10:58"))
        machine.serve(for: .minutes(10))
        machine.setWallClock(by: .hours(-1))
        machine.reload(policy(.crontab("0,30 * * * *")))
        #expect(machine.nextDue == utc("2026-03-02 11:30"))
        #expect(machine.happenedOnTheWall() == ["2026-03-02 10:59 startup", "2026-03-02 11:00 schedule"])
    }

    @Test("a long run is judged by the new interval when it is over")
    func duringRun() {
        var random = SeededGenerator(seed: 1)
        func at(_ minutes: Double) -> ClockReading {
            ClockReading(wall: utc("2026-03-02 10:00") + .minutes(minutes), sinceBoot: .hours(1) + .minutes(minutes))
        }
        var state = ScheduleState(policy: ReloadTests.everyThirty, lastStart: nil, at: at(0), using: &random)
        #expect(state.decide(at: at(1), using: &random) == .run(.startup))
        state.replace(with: ReloadTests.everyTen, at: at(13), using: &random)
        // Due at 11m by the new interval, two minutes late: at once, but the run takes until 25m.
        #expect(state.decide(at: at(25), using: &random) == .misfired(count: 1))
        #expect(state.decide(at: at(25), using: &random) == .run(.schedule))
        #expect(state.decide(at: at(25), using: &random) == .wait(until: .hours(1) + .minutes(31)))
    }

    // MARK: - Before the first run

    @Test("before the first run a new schedule keeps it")
    func firstRunStays() {
        var machine = Machine(ReloadTests.everyThirty)
        machine.serve(for: .seconds(30))
        machine.reload(ReloadTests.everyTen)
        machine.serve(for: .minutes(11))
        #expect(machine.happened() == ["1m startup", "11m schedule"])
    }

    @Test("a due time that is missed before the first run doesn't take its place")
    func missedBeforeFirstRun() {
        var machine = Machine(policy(.crontab("0 * * * *"), firstRunAfter: .hours(2)), at: utc("2026-03-02 10:30"))
        machine.serve(for: .minutes(20))
        machine.suspend(for: .minutes(20))
        machine.serve(for: .minutes(1))
        #expect(machine.happenedOnTheWall() == ["2026-03-02 11:10 misfire 1"])
        machine.reload(policy(.every(.minutes(10)), firstRunAfter: .hours(2)))
        #expect(machine.nextDue == utc("2026-03-02 12:30"))
    }

    @Test("a later first run, and the interval counts from it")
    func laterFirstRun() {
        var machine = Machine(ReloadTests.everyThirty)
        machine.serve(for: .seconds(30))
        machine.reload(policy(.every(.minutes(30)), firstRunAfter: .minutes(20)))
        #expect(machine.nextDue == utc("2026-03-02 10:20"))
        machine.serve(for: .minutes(80))
        #expect(machine.happened() == ["20m startup", "50m schedule", "1h20m schedule"])
    }

    @Test("an earlier first run, and the interval counts from it")
    func earlierFirstRun() {
        var machine = Machine(policy(.every(.minutes(30)), firstRunAfter: .hours(12)))
        machine.serve(for: .minutes(2))
        machine.reload(policy(.every(.minutes(30)), firstRunAfter: .minutes(5)))
        machine.serve(for: .minutes(63))
        #expect(machine.happened() == ["5m startup", "35m schedule", "1h5m schedule"])
    }

    @Test("a first run whose time has passed by the new setting comes at once")
    func passedFirstRun() {
        var machine = Machine(policy(.every(.minutes(30)), firstRunAfter: .hours(12)))
        machine.serve(for: .minutes(50))
        machine.reload(ReloadTests.everyThirty)
        machine.serve(for: .minutes(30))
        #expect(machine.happened() == ["50m startup", "1h20m schedule"])
    }

    @Test("with cron only the first run moves")
    func firstRunOfCron() {
        var machine = Machine(policy(.crontab("*/10 * * * *")), at: utc("2026-03-02 10:01"))
        machine.reload(policy(.crontab("*/10 * * * *"), firstRunAfter: .minutes(3)))
        machine.serve(for: .minutes(10))
        #expect(machine.happenedOnTheWall() == ["2026-03-02 10:04 startup", "2026-03-02 10:10 schedule"])
    }

    @Test("an overdue run after a start moves with the setting, and stays the schedule's")
    func overdueMoves() {
        var machine = Machine(ReloadTests.everyThirty, lastStart: utc("2026-03-02 09:28"))
        machine.reload(policy(.every(.minutes(30)), firstRunAfter: .minutes(3)))
        machine.serve(for: .minutes(30))
        #expect(machine.happened() == ["3m schedule", "28m schedule"])
    }

    @Test("a moved first run has its jitter")
    func movedFirstRunHasJitter() {
        let starts = (1...40).map { seed in
            var machine = Machine(policy(.every(.minutes(30)), jitter: .minutes(10)), seed: UInt64(seed))
            machine.reload(policy(.every(.minutes(30)), firstRunAfter: .minutes(2), jitter: .minutes(10)))
            machine.serve(for: .minutes(13))
            return machine.starts()
        }
        #expect(starts.allSatisfy { $0.count == 1 && $0[0] >= .minutes(2) && $0[0] <= .minutes(12) })
        #expect(Set(starts).count > 30)
    }
}
