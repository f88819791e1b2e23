import CivilTime
import Testing

@testable import Scheduling

@Suite("A wall clock that is set")
struct ClockJumpTests {
    static let interval = policy(.every(.minutes(30)))
    static let nightly = policy(.crontab("0 3 * * *"))
    static let quarters = policy(.crontab("*/15 * * * *"))

    /// A machine that has served on cron's quarters of an hour from 10:00 to 10:20.
    private func atTwentyPast() -> Machine {
        var machine = Machine(ClockJumpTests.quarters)
        machine.serve(for: .minutes(20))
        #expect(machine.happenedOnTheWall() == ["2026-03-02 10:01 startup", "2026-03-02 10:15 schedule"])
        return machine
    }

    @Test(
        "intervals neither stop nor multiply",
        arguments: [
            Duration.days(1), .days(-1), .hours(1), .hours(-1), .minutes(31), .minutes(-31), .days(9000), .days(-9000),
        ])
    func interval(_ jump: Duration) {
        var machine = Machine(ClockJumpTests.interval)
        machine.serve(for: .minutes(10))
        machine.setWallClock(by: jump)
        #expect(machine.nextDue == utc("2026-03-02 10:31") + jump, "what is shown goes with the clock")
        machine.serve(for: .minutes(60))
        machine.setWallClock(by: .zero - jump)
        machine.serve(for: .minutes(30))
        #expect(machine.happened() == ["1m startup", "31m schedule", "1h1m schedule", "1h31m schedule"])
    }

    @Test(
        "intervals don't care even while a run is under way, or before the first",
        arguments: [Duration.days(1), .days(-1)])
    func intervalDuringRun(_ jump: Duration) {
        var machine = Machine(ClockJumpTests.interval)
        machine.setWallClock(by: jump)
        machine.serve(for: .minutes(1), run: .minutes(20))
        machine.setWallClock(by: jump)
        machine.serve(for: .minutes(11))
        #expect(machine.happened() == ["1m startup", "31m schedule"])
    }

    @Test("forward by a day: cron goes on from the new time, nothing counts as missed")
    func forwardByADay() {
        var machine = Machine(ClockJumpTests.nightly)
        machine.serve(for: .minutes(10))
        #expect(machine.happenedOnTheWall() == ["2026-03-02 10:01 startup"])
        machine.setWallClock(by: .days(1))
        #expect(machine.nextDue == utc("2026-03-04 03:00"))
        machine.serve(for: .days(1))
        #expect(machine.happenedOnTheWall() == ["2026-03-04 03:00 schedule"])
    }

    @Test("back by a day: cron goes on from the new time, and repeats what comes again")
    func backByADay() {
        var machine = Machine(ClockJumpTests.nightly, at: utc("2026-03-02 02:00"))
        machine.serve(for: .hours(2))
        #expect(machine.happenedOnTheWall() == ["2026-03-02 02:01 startup", "2026-03-02 03:00 schedule"])
        machine.setWallClock(by: .days(-1))
        #expect(machine.nextDue == utc("2026-03-02 03:00"))
        machine.serve(for: .days(1.5))
        #expect(machine.happenedOnTheWall() == ["2026-03-02 03:00 schedule"])
    }

    @Test("forward and back again within one wait is nothing at all")
    func unnoticed() {
        var machine = atTwentyPast()
        machine.setWallClock(by: .days(1))
        machine.setWallClock(by: .days(-1))
        machine.serve(for: .minutes(10))
        #expect(machine.happenedOnTheWall() == ["2026-03-02 10:30 schedule"])
    }

    @Test("three hours are a correction: what was jumped over isn't missed")
    func correctionForward() {
        var machine = atTwentyPast()
        machine.setWallClock(by: .hours(3))
        machine.serve(for: .minutes(10))
        #expect(machine.happenedOnTheWall() == ["2026-03-02 13:30 schedule"])
    }

    @Test("less is a step: what was jumped over by more than the grace is a misfire")
    func stepForward() {
        var machine = atTwentyPast()
        machine.setWallClock(by: .hours(3) - .microseconds(1))
        machine.serve(for: .minutes(10) + .microseconds(1))
        #expect(
            machine.happened() == ["20m misfire 1", "20m schedule", "30m+ schedule"], "13:15 is five minutes late")
    }

    @Test("a step forward within the grace makes the run late")
    func smallStepForward() {
        var machine = atTwentyPast()
        machine.setWallClock(by: .minutes(14))
        machine.serve(for: .minutes(11))
        #expect(machine.happenedOnTheWall() == ["2026-03-02 10:34 schedule", "2026-03-02 10:45 schedule"])
    }

    @Test("an hour forward, as daylight saving's would be: one misfire where it is missed by more")
    func anHourForward() {
        var machine = atTwentyPast()
        machine.setWallClock(by: .minutes(66))
        machine.serve(for: .minutes(5))
        #expect(machine.happenedOnTheWall() == ["2026-03-02 11:26 misfire 1", "2026-03-02 11:30 schedule"])
    }

    @Test(
        "a step back repeats no due time that has run",
        arguments: [Duration.minutes(6), .hours(1), .hours(3) - .minutes(5.1)])
    func stepBack(_ step: Duration) {
        var machine = atTwentyPast()
        machine.setWallClock(by: .zero - step)
        #expect(machine.nextDue == utc("2026-03-02 10:30"))
        machine.serve(for: step + .minutes(10))
        #expect(machine.happenedOnTheWall() == ["2026-03-02 10:30 schedule"])
    }

    @Test("three hours back are a correction: due times come again")
    func correctionBack() {
        var machine = atTwentyPast()
        machine.setWallClock(by: .hours(-3))
        machine.serve(for: .minutes(25))
        #expect(machine.happenedOnTheWall() == ["2026-03-02 07:30 schedule", "2026-03-02 07:45 schedule"])
    }

    @Test("several steps back are a correction together")
    func stepsBack() {
        var machine = atTwentyPast()
        for _ in 0..<2 {
            machine.setWallClock(by: .hours(-1))
            machine.serve(for: .seconds(5))
        }
        #expect(machine.nextDue == utc("2026-03-02 10:30"))
        machine.setWallClock(by: .hours(-1))
        // 07:20:10, and the last run was at 10:15: not three hours yet.
        #expect(machine.nextDue == utc("2026-03-02 10:30"))
        machine.setWallClock(by: .minutes(-6))
        #expect(machine.nextDue == utc("2026-03-02 07:15"))
        machine.serve(for: .minutes(20))
        #expect(machine.happenedOnTheWall() == ["2026-03-02 07:15 schedule", "2026-03-02 07:30 schedule"])
    }

    @Test("due times before the start haven't run: after a step back over the start they do")
    func stepBackOverTheStart() {
        var machine = Machine(ClockJumpTests.quarters)
        machine.serve(for: .minutes(5))
        machine.setWallClock(by: .hours(-1))
        machine.serve(for: .minutes(10))
        #expect(machine.happenedOnTheWall() == ["2026-03-02 10:01 startup", "2026-03-02 09:15 schedule"])
    }

    @Test("a step back after a restart doesn't repeat the run that is remembered")
    func stepBackAfterRestart() {
        var machine = Machine(ClockJumpTests.nightly, lastStart: utc("2026-03-02 03:00"), at: utc("2026-03-02 03:10"))
        machine.setWallClock(by: .hours(-1))
        machine.serve(for: .days(1))
        #expect(machine.happenedOnTheWall() == [])
        machine.serve(for: .hours(1))
        #expect(machine.happenedOnTheWall() == ["2026-03-03 03:00 schedule"])
    }

    @Test("a misfire isn't counted again by a clock that wanders back")
    func misfireOnce() {
        var machine = atTwentyPast()
        machine.suspend(for: .minutes(16))
        for _ in 0..<10 {
            machine.serve(for: .seconds(5))
            machine.setWallClock(by: .milliseconds(-1))
        }
        #expect(machine.happened() == ["36m misfire 1"])
        #expect(machine.nextDue == utc("2026-03-02 10:45"))
    }

    @Test(
        "due times after a step or a correction have their jitter",
        arguments: [Duration.hours(-1), .hours(-6), .hours(6)])
    func jitter(_ jump: Duration) {
        let hourly = policy(.crontab("0 * * * *"), jitter: .minutes(20))
        let late = (1...30).map { (seed: UInt64) -> Duration in
            var machine = Machine(hourly, at: utc("2026-03-02 10:20"), seed: seed)
            machine.serve(for: .minutes(21))
            machine.setWallClock(by: jump)
            return machine.nextDue - (utc("2026-03-02 11:00") + jump)
        }
        #expect(late.allSatisfy { $0 >= .zero && $0 <= .minutes(20) })
        #expect(Set(late).count > 20)
    }

    @Test("what was skipped comes up again when the clock goes back over it")
    func skippedComesAgain() {
        var machine = atTwentyPast()
        machine.setWallClock(by: .minutes(66))
        machine.serve(for: .zero)
        #expect(machine.happenedOnTheWall() == ["2026-03-02 11:26 misfire 1"])
        machine.setWallClock(by: .minutes(-66))
        #expect(machine.nextDue == utc("2026-03-02 10:30"))
        machine.serve(for: .minutes(10))
        #expect(machine.happenedOnTheWall() == ["2026-03-02 10:30 schedule"])
    }

    @Test(
        "a clock that wanders back bit by bit changes nothing",
        arguments: [Duration.microseconds(1), .milliseconds(300)])
    func drift(_ step: Duration) {
        var machine = Machine(policy(.crontab("*/15 * * * *"), jitter: .minutes(1)))
        for _ in 0..<1080 {
            machine.serve(for: .seconds(5))
            machine.setWallClock(by: .zero - step)
        }
        let starts = machine.starts()
        #expect(starts.count == 6)
        for (index, start) in starts.dropFirst().enumerated() {
            let slot = Duration.minutes(15 * Double(index + 1))
            #expect(start >= slot && start <= slot + .minutes(1) + step * 1080)
        }
    }

    @Test("a correction while a run is under way holds when it is over")
    func duringRun() {
        var machine = Machine(ClockJumpTests.quarters, at: utc("2026-03-02 10:14"))
        machine.serve(for: .minutes(1), run: .minutes(2))
        #expect(machine.happenedOnTheWall() == ["2026-03-02 10:15 startup"])
        machine.setWallClock(by: .days(-2))
        machine.serve(for: .minutes(14))
        #expect(machine.happenedOnTheWall() == ["2026-02-28 10:30 schedule"])
    }

    @Test("a correction over a suspension: the due times after it count, those before don't")
    func suspendedAndCorrected() {
        var machine = atTwentyPast()
        machine.suspend(for: .minutes(12))
        machine.setWallClock(by: .hours(5))
        // As the clock stands now, the last look was at 15:20 and now is 15:32: the due time at 15:30 is two minutes late.
        machine.serve(for: .minutes(13))
        #expect(machine.happenedOnTheWall() == ["2026-03-02 15:32 schedule", "2026-03-02 15:45 schedule"])
    }

    @Test(
        "a first run waits on the boot-time clock, with cron too",
        arguments: [Duration.days(1), .days(-1), .minutes(20)])
    func firstRun(_ jump: Duration) {
        var machine = Machine(policy(.crontab("59 * * * *")))
        machine.setWallClock(by: jump)
        machine.serve(for: .minutes(2))
        #expect(machine.happened() == ["1m startup"])
    }
}
