import CivilTime
import Testing

@testable import Scheduling

@Suite("The first run")
struct FirstRunTests {
    static let interval = policy(.every(.minutes(30)))

    @Test("a fresh start makes its first run after a minute, and the interval counts from there")
    func interval() {
        var machine = Machine(FirstRunTests.interval)
        #expect(machine.nextDue == utc("2026-03-02 10:01"))
        machine.serve(for: .hours(1.5))
        #expect(machine.happened() == ["1m startup", "31m schedule", "1h1m schedule"])
        #expect(machine.nextDue == utc("2026-03-02 11:31"))
    }

    @Test("with cron the first run comes besides those of the clock")
    func cron() {
        var machine = Machine(policy(.crontab("*/10 * * * *")), at: utc("2026-03-02 10:00:30"))
        machine.serve(for: .minutes(20))
        #expect(
            machine.happenedOnTheWall() == [
                "2026-03-02 10:01:30 startup", "2026-03-02 10:10 schedule", "2026-03-02 10:20 schedule",
            ])
    }

    @Test("a due time of cron that comes earlier takes the first run's place")
    func earlierDueTime() {
        var machine = Machine(policy(.crontab("*/10 * * * *")), at: utc("2026-03-02 10:09:30"))
        #expect(machine.nextDue == utc("2026-03-02 10:10"))
        machine.serve(for: .minutes(11))
        #expect(machine.happenedOnTheWall() == ["2026-03-02 10:10 schedule", "2026-03-02 10:20 schedule"])
    }

    @Test("a due time at the same moment is the same run")
    func sameMoment() {
        var machine = Machine(policy(.crontab("*/10 * * * *")), at: utc("2026-03-02 10:09"))
        machine.serve(for: .minutes(2))
        #expect(machine.happenedOnTheWall() == ["2026-03-02 10:10 startup"])
    }

    @Test("it may come at once")
    func atOnce() {
        var machine = Machine(policy(.every(.minutes(30)), firstRunAfter: .zero))
        machine.serve(for: .minutes(30))
        #expect(machine.happened() == ["0s startup", "30m schedule"])
    }

    @Test("it may come later than an interval, and no run comes before it")
    func late() {
        var machine = Machine(policy(.every(.minutes(10)), firstRunAfter: .hours(1)))
        machine.serve(for: .minutes(75))
        #expect(machine.happened() == ["1h startup", "1h10m schedule"])
    }

    @Test("a machine that was suspended over it, but not for longer than the grace, makes it then")
    func suspendedWithinGrace() {
        var machine = Machine(FirstRunTests.interval)
        machine.suspend(for: .minutes(6))
        machine.serve(for: .minutes(30))
        #expect(machine.happened() == ["6m startup", "31m schedule"])
    }

    @Test("missed by more it is given up, and the next due time holds")
    func givenUp() {
        var machine = Machine(FirstRunTests.interval)
        machine.suspend(for: .minutes(6) + .microseconds(1))
        machine.serve(for: .minutes(30))
        #expect(machine.happened() == ["6m+ misfire 1", "31m schedule"])
    }

    @Test("one that was given up counts as the last for a policy that comes after")
    func givenUpThenReloaded() {
        var machine = Machine(FirstRunTests.interval)
        machine.suspend(for: .minutes(10))
        machine.serve(for: .minutes(1))
        machine.reload(policy(.every(.minutes(15))))
        machine.serve(for: .minutes(30))
        #expect(machine.happened() == ["10m misfire 1", "25m schedule", "40m schedule"])
    }

    @Test("with cron a first run that is given up takes no due time with it")
    func givenUpWithCron() {
        var machine = Machine(policy(.crontab("*/10 * * * *")), at: utc("2026-03-02 10:01"))
        machine.suspend(for: .minutes(8))
        machine.serve(for: .minutes(5))
        #expect(machine.happenedOnTheWall() == ["2026-03-02 10:09 misfire 1", "2026-03-02 10:10 schedule"])
    }

    @Test("where both were missed, what is still within the grace runs")
    func bothMissed() {
        var machine = Machine(policy(.crontab("*/10 * * * *")), at: utc("2026-03-02 10:01"))
        machine.suspend(for: .minutes(11))
        machine.serve(for: .minutes(10))
        #expect(
            machine.happenedOnTheWall() == [
                "2026-03-02 10:12 misfire 1", "2026-03-02 10:12 schedule", "2026-03-02 10:20 schedule",
            ])
    }
}
