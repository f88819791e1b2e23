import CivilTime
import Testing

@testable import Scheduling

@Suite("Due times that were missed")
struct MisfireTests {
    static let everyTen = policy(.every(.minutes(10)))

    /// A machine that has made its first run, at 1m, and stands at 5m.
    private func running(_ policy: SchedulePolicy = everyTen) -> Machine {
        var machine = Machine(policy)
        machine.serve(for: .minutes(5))
        #expect(machine.happened() == ["1m startup"])
        return machine
    }

    @Test("a run's length moves nothing")
    func fixedRate() {
        var machine = Machine(MisfireTests.everyTen)
        machine.serve(for: .minutes(31), run: .minutes(7))
        #expect(machine.happened() == ["1m startup", "11m schedule", "21m schedule", "31m schedule"])
    }

    @Test("a run longer than the interval makes the next one late, once")
    func longRun() {
        var machine = Machine(MisfireTests.everyTen)
        machine.serve(for: .minutes(30), run: .minutes(12))
        // Due at 11m and 21m; when the third run ends at 37m, the due time at 31m has been missed by 6m.
        #expect(machine.happened() == ["1m startup", "13m schedule", "25m schedule", "37m misfire 1"])
        machine.serve(for: .minutes(13), run: .minutes(1))
        #expect(machine.happened() == ["41m schedule"])
    }

    @Test("a run longer than many intervals is one misfire, and what is within the grace still runs")
    func veryLongRun() {
        var machine = Machine(MisfireTests.everyTen)
        machine.serve(for: .minutes(50), run: .minutes(43))
        machine.serve(for: .minutes(5))
        // Of 11m, 21m, 31m and 41m the last is 3m late; the run for it ends at 87m.
        #expect(
            machine.happened() == [
                "1m startup", "44m misfire 1", "44m schedule", "1h27m misfire 1", "1h31m schedule",
            ])
    }

    static let lateness: [(Duration, [String])] = [
        (.minutes(6), ["11m schedule", "21m schedule"]),
        (.minutes(6) + .microseconds(1), ["11m+ schedule", "21m schedule"]),
        (.minutes(11), ["16m schedule", "21m schedule"]),
        (.minutes(11) + .microseconds(1), ["16m+ misfire 1", "21m schedule"]),
        (.minutes(16), ["21m misfire 1", "21m schedule"]),
        (.minutes(21), ["26m misfire 1", "26m schedule"]),
        (.minutes(21) + .microseconds(1), ["26m+ misfire 1"]),
    ]

    @Test("a machine that is suspended: exactly the grace is still late, more is a misfire", arguments: lateness)
    func suspended(_ span: Duration, _ expected: [String]) {
        var machine = running()
        machine.suspend(for: span)
        let rest = max(.minutes(17) - span, .zero)
        machine.serve(for: rest)
        #expect(machine.happened() == expected)
    }

    @Test(
        "a whole day of suspension is one misfire",
        arguments: [MisfireTests.everyTen, policy(.crontab("1-59/10 * * * *"))])
    func suspendedForADay(_ policy: SchedulePolicy) {
        var machine = running(policy)
        machine.suspend(for: .days(1) + .minutes(2))
        #expect(machine.nextDue == utc("2026-03-02 10:11"), "the due time that was missed, until somebody looks")
        machine.serve(for: .minutes(20))
        #expect(machine.happened() == ["24h7m misfire 1", "24h11m schedule", "24h21m schedule"])
    }

    @Test("a late run stands for all due times up to its start")
    func standsForAll() {
        var machine = Machine(policy(.every(.minutes(1))))
        machine.serve(for: .minutes(2))
        machine.suspend(for: .minutes(5))
        machine.serve(for: .minutes(1))
        #expect(machine.happened() == ["1m startup", "2m schedule", "7m schedule", "8m schedule"])
    }

    @Test("without a grace a second is still on time")
    func onTime() {
        var machine = running(policy(.every(.minutes(10)), misfireGrace: .zero))
        machine.suspend(for: .minutes(6) + .seconds(1))
        machine.serve(for: .zero)
        #expect(machine.happened() == ["11m1s schedule"])
        machine.suspend(for: .minutes(10) + .microseconds(1))
        machine.serve(for: .zero)
        #expect(machine.happened() == ["21m1s+ misfire 1"])
    }

    @Test("with a grace longer than the interval the late run is one all the same")
    func longGrace() {
        var machine = running(policy(.every(.minutes(10)), misfireGrace: .hours(2)))
        machine.suspend(for: .hours(1))
        machine.serve(for: .minutes(10))
        #expect(machine.happened() == ["1h5m schedule", "1h11m schedule"])
    }

    @Test("each decision is given once")
    func once() {
        var random = SeededGenerator(seed: 1)
        var now = ClockReading(wall: utc("2026-03-02 10:00"), sinceBoot: .hours(1))
        var state = ScheduleState(policy: MisfireTests.everyTen, lastStart: nil, at: now, using: &random)
        #expect(state.decide(at: now, using: &random) == .wait(until: .minutes(61)))
        now = ClockReading(wall: utc("2026-03-02 10:01"), sinceBoot: .minutes(61))
        #expect(state.decide(at: now, using: &random) == .run(.startup))
        #expect(state.decide(at: now, using: &random) == .wait(until: .minutes(71)))
        now = ClockReading(wall: utc("2026-03-02 10:18"), sinceBoot: .minutes(78))
        #expect(state.decide(at: now, using: &random) == .misfired(count: 1))
        #expect(state.decide(at: now, using: &random) == .wait(until: .minutes(81)))
    }
}
