import CivilTime

/// Decides, from readings of both clocks, when a run is due: a value that knows no clock, no task and no database.
///
/// - Intervals run at a fixed rate on the boot-time clock, cron on the wall clock.
/// - A start that remembers no run, or only one in the future, makes its first run after `firstRunAfter`, on startup. One that
///   does remember goes on with the due time after that run; a run that is overdue then starts after `firstRunAfter`. Either
///   gives way to a due time that comes earlier.
/// - A due time that was missed by no more than the grace runs late, and that run stands for every due time up to its start.
///   What was missed by more is skipped: one misfire, however many there were, and the next due time holds, which is one that
///   is still within the grace or lies in the future. It makes no difference whether a run took too long, the process was
///   stopped, or the wall clock went forward.
/// - Where nobody was there (the process wasn't running, or the machine was suspended) and the policy catches up, what was missed
///   is made up for instead: one run `firstRunAfter` after the start or the waking, or a due time that comes earlier.
/// - When the wall clock jumps by three hours or more, cron takes it for a correction and goes on from the new time. What was
///   jumped over isn't missed then, and what is repeated runs again. A smaller step back repeats no slot that has run.
package struct ScheduleState: Sendable {
    package private(set) var policy: SchedulePolicy
    private let started: Duration
    /// When the last run started, or when the first was given up.
    private var lastStart: ClockReading?
    private var lastLook: ClockReading
    private var plan: DuePlan
    private var isMisfireOwed = false
    /// How long the machine had been suspended when the last decision was made.
    private var suspendedBefore: Duration

    /// - Parameters:
    ///   - lastStart: when the last run before this start began; nil when none is remembered.
    ///   - now: the moment of the start.
    package init(
        policy: SchedulePolicy, lastStart: Timestamp?, at now: ClockReading,
        using random: inout some RandomNumberGenerator
    ) {
        self.policy = policy
        started = now.sinceBoot
        lastLook = now
        suspendedBefore = now.suspended
        self.lastStart = lastStart.flatMap { lastStart in
            let age = now.wall - lastStart
            return age < .zero ? nil : ClockReading(wall: lastStart, sinceBoot: now.sinceBoot - age)
        }
        let remembered = self.lastStart
        var isMisfire = false
        plan = policy.withRule(&random) { rule in
            ScheduleState.plan(
                policy, after: remembered, started: now.sinceBoot, at: now, isReload: false, rule,
                isMisfire: &isMisfire)
        }
        isMisfireOwed = isMisfire
    }

    /// What is to be done at `now`. A `.run` and a `.misfired` are given once each; call again after carrying them out.
    package mutating func decide(
        at now: ClockReading, using random: inout some RandomNumberGenerator
    ) -> ScheduleDecision {
        follow(to: now, using: &random)
        if isMisfireOwed {
            isMisfireOwed = false
            return .misfired(count: 1)
        }
        // Two clocks are read one after the other: less than that is no sleep.
        let slept = max(now.suspended - suspendedBefore - ScheduleState.shortestSleep, .zero)
        let decision = policy.withRule(&random) { plan.decide(at: now, slept: slept, $0) }
        suspendedBefore = now.suspended
        switch decision {
        case .run: lastStart = now
        case .misfired where lastStart == nil && !plan.isHeld: lastStart = now
        case .wait, .misfired: break
        }
        return decision
    }

    /// What the difference of two clocks may be wrong by.
    private static let shortestSleep: Duration = .seconds(1)

    /// When the next run is to start, as the wall clock would show it if nobody set it until then; jitter is included. In the
    /// past when that time has come and nobody has asked for a decision since.
    package mutating func nextDue(
        at now: ClockReading, using random: inout some RandomNumberGenerator
    ) -> Timestamp {
        follow(to: now, using: &random)
        return plan.nextStart(at: now)
    }

    /// Takes over a policy while the schedule runs.
    ///
    /// An unchanged schedule keeps its due times, so that a reload for other reasons moves nothing. A new one is reckoned from
    /// the last run's start: a run that would be due by it, and late by no more than the grace, starts at once; what would have
    /// been missed by more is no misfire, and the next due time is in the future.
    package mutating func replace(
        with new: SchedulePolicy, at now: ClockReading, using random: inout some RandomNumberGenerator
    ) {
        follow(to: now, using: &random)
        let old = policy
        policy = new
        if new.schedule != old.schedule {
            var ignored = false
            plan = new.withRule(&random) { rule in
                ScheduleState.plan(
                    new, after: recentLastStart(at: now), started: started, at: now, isReload: true, rule,
                    isMisfire: &ignored)
            }
        } else if new.firstRunAfter != old.firstRunAfter {
            let firstRun = max(now.sinceBoot, started + new.firstRunAfter)
            new.withRule(&random) { plan.hold(until: firstRun, at: now, $0) }
        }
    }

    private static func plan(
        _ policy: SchedulePolicy, after lastStart: ClockReading?, started: Duration, at now: ClockReading,
        isReload: Bool,
        _ rule: LatenessRule, isMisfire: inout Bool
    ) -> DuePlan {
        let firstRun = max(now.sinceBoot, started + policy.firstRunAfter)
        let times: DueTimes =
            switch policy.schedule {
            case .every(let every): .every(every, after: lastStart?.sinceBoot ?? firstRun)
            case .cron(let expression): .cron(expression)
            }
        guard let lastStart else { return DuePlan(times, firstRun: firstRun, at: now, rule) }
        return DuePlan(
            times, after: times.time(lastStart), lateStart: firstRun, isReload: isReload, at: now, rule,
            isMisfire: &isMisfire)
    }

    private mutating func follow(to now: ClockReading, using random: inout some RandomNumberGenerator) {
        let carried = now.wall - (now.sinceBoot - lastLook.sinceBoot)
        policy.withRule(&random) { plan.follow(from: lastLook.wall, carried: carried, to: now.wall, $0) }
        lastLook = now
    }

    /// The last start as the wall clock showed it, or, when the clock was corrected since, as it would have shown it.
    private func recentLastStart(at now: ClockReading) -> ClockReading? {
        lastStart.map { last in
            let carried = now.wall - (now.sinceBoot - last.sinceBoot)
            let jump = carried - last.wall
            guard max(jump, .zero - jump) >= DuePlan.correction else { return last }
            return ClockReading(wall: carried, sinceBoot: last.sinceBoot)
        }
    }
}

extension SchedulePolicy {
    /// Calls `body` with this policy's rule, whose jitter comes from `random`.
    fileprivate func withRule<Result>(
        _ random: inout some RandomNumberGenerator, _ body: (LatenessRule) -> Result
    ) -> Result {
        withoutActuallyEscaping({ self.drawJitter(using: &random) }) { draw in
            body(
                LatenessRule(
                    grace: max(misfireGrace, SchedulePolicy.onTime), catchesUp: catchUp, firstRunAfter: firstRunAfter,
                    jitter: draw))
        }
    }

    /// In whole microseconds, which is what the wall clock has: nobody waits for the rest of one.
    private func drawJitter(using random: inout some RandomNumberGenerator) -> Duration {
        let most = Int64(clamping: jitter.attoseconds / 1_000_000_000_000)
        return most == 0 ? .zero : .microseconds(Int64.random(in: 0...most, using: &random))
    }
}
