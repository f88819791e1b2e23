import CivilTime

/// When the next run starts, and what becomes of it when it can't.
struct DuePlan: Sendable {
    /// A first run, which waits on the boot-time clock whatever the schedule follows.
    private struct HeldRun: Sendable {
        var start: Duration
        let trigger: DueTrigger
    }

    private var times: DueTimes
    /// The due time that is next.
    private var slot: Duration
    /// When its run is to start: the due time and its jitter.
    private var start: Duration
    /// A first run that is still to come. It gives way to a due time that comes earlier.
    private var held: HeldRun?
    /// Due times up to this had their run: they don't come again when the wall clock is set back a little.
    private var settled: Duration?

    /// A plan that begins with a first run.
    init(_ times: DueTimes, firstRun: Duration, at now: ClockReading, _ rule: LatenessRule) {
        self.times = times
        slot = times.next(after: times.time(now))
        start = slot + rule.jitter()
        held = HeldRun(start: firstRun + rule.jitter(), trigger: .startup)
    }

    /// A plan that goes on after a run that started at `lastStart`, on the schedule's own clock.
    /// - Parameters:
    ///   - lateStart: when a run that is late and isn't skipped is to start, on the boot-time clock.
    ///   - isReload: what a new policy would have done in the past is nobody's loss. A plan whose next due time is out of grace
    ///     goes on in the future then, while after a start a later due time that is still within the grace counts.
    ///   - isMisfire: set when due times were skipped.
    init(
        _ times: DueTimes, after lastStart: Duration, lateStart: Duration, isReload: Bool, at now: ClockReading,
        _ rule: LatenessRule, isMisfire: inout Bool
    ) {
        self.times = times
        let time = times.time(now)
        slot = times.next(after: lastStart)
        start = slot + rule.jitter()
        settled = lastStart
        isMisfire = time - start > rule.grace && (isReload || !rule.catchesUp)
        if isMisfire {
            slot = isReload ? times.next(after: time) : times.next(notBefore: time - rule.grace)
            start = slot + rule.jitter()
        }
        if start <= time {
            held = HeldRun(start: lateStart, trigger: .schedule)
            settle(upTo: time, rule)
        }
    }

    /// Whether the first run is still to come.
    var isHeld: Bool { held != nil }

    /// When the next run is to start, by the wall clock as it stands.
    func nextStart(at now: ClockReading) -> Timestamp {
        now.wall - max(slotOverdue(at: now), heldOverdue(at: now) ?? slotOverdue(at: now))
    }

    /// - Parameter slept: how long the machine has been suspended since the last decision.
    mutating func decide(at now: ClockReading, slept: Duration, _ rule: LatenessRule) -> ScheduleDecision {
        var trigger = DueTrigger.schedule
        var overdue = slotOverdue(at: now)
        if let held, let heldOverdue = heldOverdue(at: now), heldOverdue >= overdue {
            trigger = held.trigger
            overdue = heldOverdue
        }
        guard overdue >= .zero else { return .wait(until: now.sinceBoot - overdue) }
        let time = times.time(now)
        guard overdue <= rule.grace else {
            if rule.catchesUp, slept > .zero, overdue - slept <= rule.grace {
                makeUp(at: now, trigger, rule)
                return decide(at: now, slept: .zero, rule)
            }
            if let heldOverdue = heldOverdue(at: now), heldOverdue > rule.grace { held = nil }
            if slotOverdue(at: now) > rule.grace {
                slot = times.next(notBefore: time - rule.grace)
                start = slot + rule.jitter()
            }
            return .misfired(count: 1)
        }
        held = nil
        if slot <= time { settle(upTo: time, rule) }
        return .run(trigger)
    }

    /// Puts one run in the place of all that were due while the machine slept, some time after it is awake.
    private mutating func makeUp(at now: ClockReading, _ trigger: DueTrigger, _ rule: LatenessRule) {
        held = HeldRun(start: now.sinceBoot + rule.firstRunAfter, trigger: trigger)
        let time = times.time(now)
        if slot <= time { settle(upTo: time, rule) }
    }

    /// Moves the first run, when the policy's `firstRunAfter` changed. The intervals after a fresh start count from it.
    mutating func hold(until firstRun: Duration, at now: ClockReading, _ rule: LatenessRule) {
        switch held?.trigger {
        case .startup:
            held?.start = firstRun + rule.jitter()
            guard case .every(let every, _) = times else { return }
            times = .every(every, after: firstRun)
            slot = times.next(after: times.time(now))
            start = slot + rule.jitter()
        case .schedule: held?.start = firstRun
        case nil: break
        }
    }

    /// All due times up to now have their run in the one that is starting.
    private mutating func settle(upTo time: Duration, _ rule: LatenessRule) {
        settled = time
        slot = times.next(after: time)
        start = slot + rule.jitter()
    }

    private func slotOverdue(at now: ClockReading) -> Duration {
        times.time(now) - start
    }

    private func heldOverdue(at now: ClockReading) -> Duration? {
        held.map { now.sinceBoot - $0.start }
    }
}

extension DuePlan {
    /// What Debian's cron takes for the correction of a wrong clock rather than for a change such as daylight saving's.
    static let correction: Duration = .seconds(3 * 3600)

    /// Takes note of where the wall clock went since the last look. Intervals don't care.
    ///
    /// A small step back doesn't repeat what ran, but what was skipped comes up again. A correction holds at once.
    /// - Parameter carried: what the clock would have shown at the last look, had it always been as it is now.
    mutating func follow(from lastLook: Timestamp, carried: Timestamp, to now: Timestamp, _ rule: LatenessRule) {
        guard case .cron = times else { return }
        let jump = carried - lastLook
        // Several small steps back are a correction together.
        let lag = settled.map { $0 - now.sinceEpoch } ?? .zero
        if max(jump, .zero - jump, lag) >= DuePlan.correction {
            settled = nil
            slot = times.next(after: carried.sinceEpoch)
            start = slot + rule.jitter()
        } else if jump < .zero {
            let earlier = times.next(after: max(settled ?? carried.sinceEpoch, carried.sinceEpoch))
            if earlier < slot {
                slot = earlier
                start = earlier + rule.jitter()
            }
        }
    }
}

/// How a due time that has passed is judged, and how the next one gets its jitter.
struct LatenessRule {
    /// What a run may be late by.
    let grace: Duration
    /// Whether more than that is forgiven where nobody was there to start it.
    let catchesUp: Bool
    /// How long after it is there again such a run starts.
    let firstRunAfter: Duration
    let jitter: () -> Duration
}
