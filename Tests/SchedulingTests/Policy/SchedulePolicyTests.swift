import Testing

@testable import Scheduling

@Suite("Schedule policies")
struct SchedulePolicyTests {
    @Test("the defaults are those of the documentation")
    func defaults() throws {
        let policy = try SchedulePolicy()
        #expect(policy.schedule == .every(.minutes(30)))
        #expect(policy.firstRunAfter == .minutes(1))
        #expect(policy.misfireGrace == .minutes(5))
        #expect(policy.jitter == .zero)
    }

    static let mistakes: [(Schedule, Duration, Duration, Duration, String)] = [
        (.every(.milliseconds(999)), .zero, .zero, .zero, "every: 999ms is shorter than 1s"),
        (.every(.zero), .zero, .zero, .zero, "every: 0s is shorter than 1s"),
        (.every(.seconds(-60)), .zero, .zero, .zero, "every: -1m is shorter than 1s"),
        (.every(.minutes(30)), .seconds(-1), .zero, .zero, "first_run_after: -1s is negative"),
        (.every(.minutes(30)), .zero, .seconds(-1), .zero, "misfire_grace: -1s is negative"),
        (.every(.minutes(30)), .zero, .zero, .seconds(-1), "jitter: -1s is negative"),
        (
            .every(.minutes(30)), .zero, .zero, .minutes(30) + .microseconds(1),
            "jitter: 30m1us is longer than the shortest time between two runs, 30m"
        ),
        (
            .crontab("0,10 3 * * *"), .zero, .zero, .minutes(11),
            "jitter: 11m is longer than the shortest time between two runs, 10m"
        ),
    ]

    @Test("what can't be kept is refused by name", arguments: mistakes)
    func mistake(_ schedule: Schedule, _ first: Duration, _ grace: Duration, _ jitter: Duration, _ message: String) {
        do throws(SchedulePolicyError) {
            _ = try SchedulePolicy(schedule: schedule, firstRunAfter: first, misfireGrace: grace, jitter: jitter)
            Issue.record("this was taken")
        } catch {
            #expect(error.description == message)
        }
    }

    @Test("the limits themselves are allowed")
    func limits() throws {
        _ = try SchedulePolicy(
            schedule: .every(.seconds(1)), firstRunAfter: .zero, misfireGrace: .zero, jitter: .seconds(1))
        _ = try SchedulePolicy(schedule: .crontab("0,10 3 * * *"), jitter: .minutes(10))
    }

    @Test("the interval is the longest gap in seconds, fractions too")
    func interval() {
        #expect(policy(.every(.minutes(30))).interval == 1800)
        #expect(policy(.every(.milliseconds(1500))).interval == 1.5)
        #expect(policy(.crontab("0 8 * * 1-5")).interval == 3 * 86_400)
        #expect(policy(.crontab("0 8,9 * * *")).schedule.shortestGap == .hours(1))
        #expect(policy(.every(.minutes(30))).schedule.shortestGap == .minutes(30))
    }

    @Test("a schedule says what it is")
    func description() {
        #expect(Schedule.every(.minutes(90)).description == "every 1h30m")
        #expect(Schedule.crontab("0  3 * * MON").description == "cron 0 3 * * MON")
    }
}
