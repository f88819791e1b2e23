import CivilTime
import Scheduling
import Testing

/// A machine with both clocks and a schedule that is looked after as `ScheduleLoop` does it. Time passes only where a test
/// says so.
struct Machine {
    /// Something that the schedule decided.
    struct Event {
        let uptime: Duration
        let wall: Timestamp
        let what: String
    }

    /// The time since the machine was booted.
    private var uptime: Duration
    /// How much of that it was suspended.
    private var slept: Duration = .zero
    /// What the wall clock would have shown at boot, had it always been as it is.
    private var wallAtBoot: Timestamp
    private(set) var state: ScheduleState
    /// When the schedule last started a run: what the sidecar's history remembers.
    private(set) var lastStart: Timestamp?
    private var policy: SchedulePolicy
    private var random: SeededGenerator
    private var events: [Event] = []
    private let began: Duration

    /// - Parameters:
    ///   - lastStart: what is remembered of earlier runs.
    ///   - uptime: how long ago the machine was booted.
    init(
        _ policy: SchedulePolicy, lastStart: Timestamp? = nil, at wall: Timestamp = utc("2026-03-02 10:00"),
        uptime: Duration = .hours(100), seed: UInt64 = 1
    ) {
        self.policy = policy
        self.lastStart = lastStart
        self.uptime = uptime
        began = uptime
        wallAtBoot = wall - uptime
        random = SeededGenerator(seed: seed)
        state = ScheduleState(
            policy: policy, lastStart: lastStart, at: ClockReading(wall: wall, sinceBoot: uptime), using: &random)
    }

    var now: ClockReading { ClockReading(wall: wallAtBoot + uptime, sinceBoot: uptime, awake: uptime - slept) }

    /// Lets the sidecar work for so long.
    /// - Parameters:
    ///   - run: how long each run takes.
    ///   - longestWait: how long a wait may be; `ScheduleLoop`'s, except where no clock is set and many runs are looked at.
    mutating func serve(
        for span: Duration, run: Duration = .zero, looking longestWait: Duration = ScheduleLoop.longestWait,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let end = uptime + span
        var decisions = 0
        while true {
            decisions += 1
            guard decisions < 100 else {
                Issue.record("the schedule doesn't come to rest", sourceLocation: sourceLocation)
                return
            }
            switch state.decide(at: now, using: &random) {
            case .run(let trigger):
                note("\(trigger.rawValue)")
                lastStart = now.wall
                pass(run)
            case .misfired(let count): note("misfire \(count)")
            case .wait(let until):
                guard until > uptime else {
                    Issue.record("a wait has a length", sourceLocation: sourceLocation)
                    return
                }
                #expect(
                    nextDue == now.wall + (until - uptime), "what is shown is what is waited for",
                    sourceLocation: sourceLocation)
                guard uptime < end else { return }
                let wait = min(until, uptime + longestWait, end) - uptime
                decisions = 0
                pass(wait)
            }
        }
    }

    /// The machine sleeps.
    mutating func suspend(for span: Duration) {
        slept += span
        pass(span)
    }

    /// Time that passes while the machine is awake and the process doesn't get to work.
    mutating func hang(for span: Duration) { pass(span) }

    /// Somebody sets the wall clock.
    mutating func setWallClock(by span: Duration) { wallAtBoot = wallAtBoot + span }

    /// The sidecar ends, and begins anew after `away`; of the past it knows when its last run started.
    mutating func restart(after away: Duration = .zero, _ policy: SchedulePolicy? = nil) {
        pass(away)
        self.policy = policy ?? self.policy
        state = ScheduleState(policy: self.policy, lastStart: lastStart, at: now, using: &random)
    }

    /// As `restart`, with a boot between end and beginning.
    mutating func reboot(after away: Duration, uptime: Duration) {
        pass(away)
        wallAtBoot = wallAtBoot + (self.uptime - uptime)
        self.uptime = uptime
        slept = .zero
        state = ScheduleState(policy: policy, lastStart: lastStart, at: now, using: &random)
    }

    mutating func reload(_ policy: SchedulePolicy) {
        self.policy = policy
        state.replace(with: policy, at: now, using: &random)
    }

    /// What `jobsweep_next_run_timestamp_seconds` would show.
    var nextDue: Timestamp {
        mutating get { state.nextDue(at: now, using: &random) }
    }

    /// What happened since the last call, each with the time since this machine's beginning: `1m startup`.
    mutating func happened() -> [String] {
        defer { events = [] }
        return events.map { "\(($0.uptime - began).short) \($0.what)" }
    }

    /// As `happened`, with the wall clock: `2026-03-02 10:01 startup`.
    mutating func happenedOnTheWall() -> [String] {
        defer { events = [] }
        return events.map { "\($0.wall.text) \($0.what)" }
    }

    /// When runs started since the last call, since this machine's beginning.
    mutating func starts() -> [Duration] {
        defer { events = [] }
        return events.map { $0.uptime - began }
    }

    private mutating func note(_ what: String) {
        events.append(Event(uptime: uptime, wall: now.wall, what: what))
    }

    private mutating func pass(_ span: Duration) {
        uptime += span
    }
}

extension Duration {
    /// Hours, minutes and seconds that aren't zero.
    fileprivate var short: String {
        let whole = components.seconds
        let parts = [(whole / 3600, "h"), (whole / 60 % 60, "m"), (whole % 60, "s")]
        let fraction = components.attoseconds == 0 ? "" : "+"
        let text = parts.filter { $0.0 != 0 }.map { "\($0.0)\($0.1)" }.joined()
        return (text.isEmpty ? "0s" : text) + fraction
    }
}

/// A policy that a test is sure of. Most tests are about what is skipped; what is made up for has tests of its own.
func policy(
    _ schedule: Schedule, firstRunAfter: Duration = .minutes(1), misfireGrace: Duration = .minutes(5),
    jitter: Duration = .zero, catchUp: Bool = false
) -> SchedulePolicy {
    do {
        return try SchedulePolicy(
            schedule: schedule, firstRunAfter: firstRunAfter, misfireGrace: misfireGrace, jitter: jitter,
            catchUp: catchUp)
    } catch {
        preconditionFailure("\(error)")
    }
}

extension Schedule {
    /// An expression that a test is sure of.
    static func crontab(_ text: String) -> Schedule {
        do {
            return .cron(try CronExpression(parsing: text))
        } catch {
            preconditionFailure("\(error)")
        }
    }
}
