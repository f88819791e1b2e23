import CivilTime
import Testing

@testable import Scheduling

@Suite("Jitter")
struct JitterTests {
    static let schedules: [Schedule] = [.every(.minutes(10)), .crontab("1-59/10 * * * *")]
    static let jitters: [Duration] = [.seconds(30), .minutes(5), .minutes(10)]

    @Test(
        "each run starts between its due time and a jitter later, and the series itself stays", arguments: schedules,
        jitters)
    func bounds(_ schedule: Schedule, _ jitter: Duration) {
        var machine = Machine(policy(schedule, jitter: jitter))
        machine.serve(for: .minutes(1) + .minutes(10) * 300 + jitter, looking: .hours(1))
        let late = machine.starts().enumerated().map { $1 - .minutes(1) - .minutes(10) * $0 }
        #expect(late.count >= 301, "no due time is swallowed")
        #expect(late.allSatisfy { $0 >= .zero && $0 <= jitter })
        // Spread over the whole range: each quarter gets its share.
        for quarter in 0..<4 {
            let range = jitter / 4 * quarter..<jitter / 4 * (quarter + 1)
            #expect(late.count { range.contains($0) } > 40)
        }
    }

    @Test("what is shown as the next run has its jitter in it, and doesn't change by being looked at")
    func shown() {
        var machine = Machine(policy(.every(.minutes(10)), jitter: .minutes(4)))
        for _ in 0..<20 {
            let shown = machine.nextDue
            #expect(machine.nextDue == shown)
            machine.serve(for: shown - machine.now.wall, looking: .hours(1))
            #expect(machine.starts().count == 1)
            #expect(machine.lastStart == shown)
        }
    }

    @Test("the same random numbers give the same starts, others give others")
    func determinism() {
        let starts = [1, 1, 2].map { (seed: UInt64) in
            var machine = Machine(policy(.every(.minutes(10)), jitter: .minutes(2)), seed: seed)
            machine.serve(for: .hours(5), looking: .hours(1))
            return machine.starts()
        }
        #expect(starts[0] == starts[1])
        #expect(starts[0] != starts[2])
    }

    @Test("without jitter no random number is drawn")
    func none() {
        struct Forbidden: RandomNumberGenerator {
            mutating func next() -> UInt64 {
                Issue.record("a random number was drawn")
                return 0
            }
        }
        var random = Forbidden()
        let now = ClockReading(wall: utc("2026-03-02 10:00"), sinceBoot: .hours(1))
        var state = ScheduleState(policy: policy(.every(.minutes(10))), lastStart: nil, at: now, using: &random)
        #expect(state.decide(at: now, using: &random) == .wait(until: .minutes(61)))
    }

    @Test("both ends of the range come up, in whole microseconds")
    func ends() {
        var machine = Machine(policy(.every(.seconds(10)), jitter: .microseconds(3)))
        machine.serve(for: .minutes(20), looking: .hours(1))
        let late = machine.starts().enumerated().map { $1 - .minutes(1) - .seconds(10) * $0 }
        #expect(Set(late) == Set((0...3).map { .microseconds($0) }))
    }

    @Test("a run is late by what has passed since its own start, not since the due time")
    func lateness() {
        for seed in 1...50 {
            var machine = Machine(policy(.every(.hours(1)), jitter: .minutes(30)), seed: UInt64(seed))
            machine.serve(for: .minutes(32), looking: .hours(1))
            #expect(machine.starts().count == 1)
            let start = machine.nextDue
            machine.suspend(for: start + .minutes(5) - machine.now.wall)
            machine.serve(for: .zero)
            #expect(machine.happened().map { $0.hasSuffix("schedule") } == [true])
            let next = machine.nextDue
            machine.suspend(for: next + .minutes(5) + .microseconds(1) - machine.now.wall)
            machine.serve(for: .zero)
            #expect(machine.happened().first?.hasSuffix("misfire 1") == true)
        }
    }
}
