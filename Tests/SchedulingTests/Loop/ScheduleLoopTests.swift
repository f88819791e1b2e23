import CivilTime
import Scheduling
import Testing

/// Nothing here sleeps; the time limit is for a loop that doesn't do what is waited for.
@Suite("The loop", .timeLimit(.minutes(10)))
struct ScheduleLoopTests {
    static let everyTen = policy(.every(.minutes(10)))

    /// A loop in its first run, at 1m.
    private func inFirstRun(_ policy: SchedulePolicy = everyTen, clock: ManualClock = ManualClock()) async
        -> RunningLoop
    {
        let running = RunningLoop(policy, clock: clock)
        await running.pass(until: .minutes(1))
        #expect(await running.next() == .began(.startup))
        return running
    }

    /// A loop that waits, its first run behind it.
    private func waiting(_ policy: SchedulePolicy = everyTen, clock: ManualClock = ManualClock()) async -> RunningLoop {
        let running = await inFirstRun(policy, clock: clock)
        running.endRun()
        #expect(await running.next() == .ended(wasCancelled: false))
        return running
    }

    private func stop(_ running: RunningLoop) async {
        running.cancel()
        #expect(await running.next() == .returned)
    }

    @Test("the next run is known before the loop runs, and as soon as it has begun, the one after it")
    func nextDue() async {
        let clock = ManualClock()
        let loop = ScheduleLoop(clock: clock, policy: ScheduleLoopTests.everyTen, lastStart: nil) { _ in
        } onMisfire: { _ in
        }
        #expect(loop.nextDue == utc("2026-03-02 10:01"))
        #expect(loop.policy == ScheduleLoopTests.everyTen)
        let running = await inFirstRun()
        #expect(running.loop.nextDue == utc("2026-03-02 10:11"))
        running.clock.setWallClock(by: .days(-1))
        #expect(running.loop.nextDue == utc("2026-03-01 10:11"), "as the clock stands now")
        running.cancel()
        running.endRun()
        #expect(await running.next() == .ended(wasCancelled: true))
        #expect(await running.next() == .returned)
    }

    @Test("each turn is told of: waits, runs, and the end")
    func turns() async {
        let running = RunningLoop(policy(.every(.minutes(10)), firstRunAfter: .seconds(7)))
        #expect(await running.turns.take() == .waits)
        await running.pass(until: .seconds(7))
        #expect(await running.turns.take() == .waits, "after five seconds")
        #expect(await running.turns.take() == .isBusy)
        #expect(await running.next() == .began(.startup))
        running.endRun()
        #expect(await running.next() == .ended(wasCancelled: false))
        #expect(await running.turns.take() == .waits)
        running.cancel()
        #expect(await running.next() == .returned)
        #expect(await running.turns.take() == .ends)
    }

    @Test("asleep over due times: one run, first_run_after after the waking")
    func catchUp() async {
        let running = await waiting(policy(.every(.minutes(10)), catchUp: true))
        _ = await running.clock.nextWait()
        running.clock.pass(.hours(8), asleep: true)
        let back = .hours(8) + .minutes(1)
        await running.pass(until: back + .minutes(1))
        #expect(await running.next() == .began(.schedule))
        #expect(running.clock.sinceBoot() - .hours(1) == back + .minutes(1))
        running.endRun()
        #expect(await running.next() == .ended(wasCancelled: false))
        await stop(running)
    }

    @Test("runs come one after the other, each when it is due")
    func runs() async {
        let running = await waiting()
        for minute in [11.0, 21, 31] {
            await running.pass(until: .minutes(minute))
            #expect(await running.next() == .began(.schedule))
            running.endRun()
            #expect(await running.next() == .ended(wasCancelled: false))
        }
        await stop(running)
    }

    @Test("a wait is for the due time to the microsecond, and never long")
    func waits() async {
        let running = RunningLoop(policy(.every(.minutes(10)), firstRunAfter: .seconds(12)))
        #expect(await running.clock.nextWait() == .seconds(5))
        running.clock.pass(.seconds(5))
        #expect(await running.clock.nextWait() == .seconds(10))
        running.clock.pass(.seconds(5))
        #expect(await running.clock.nextWait() == .seconds(12))
        running.clock.pass(.seconds(2) - .microseconds(1))
        running.clock.pass(.microseconds(1))
        #expect(await running.next() == .began(.startup))
        running.cancel()
        running.endRun()
        #expect(await running.next() == .ended(wasCancelled: true))
        #expect(await running.next() == .returned)
    }

    @Test("while a run is under way none begins, and the one that it made late comes after it")
    func noOverlap() async {
        let running = await inFirstRun()
        running.clock.pass(.minutes(12))
        running.endRun()
        #expect(await running.next() == .ended(wasCancelled: false))
        #expect(await running.next() == .began(.schedule), "due at 11m, late by two minutes")
        running.clock.pass(.minutes(30))
        running.endRun()
        #expect(await running.next() == .ended(wasCancelled: false))
        #expect(await running.next() == .misfired(1))
        #expect(await running.next() == .began(.schedule), "due at 41m, late by two minutes")
        running.endRun()
        #expect(await running.next() == .ended(wasCancelled: false))
        await stop(running)
    }

    @Test("a machine that was suspended over a wait")
    func suspended() async {
        let running = await waiting()
        _ = await running.clock.nextWait()
        running.clock.pass(.days(1) + .minutes(8))
        #expect(await running.next() == .misfired(1))
        #expect(await running.clock.nextWait() == .days(1) + .minutes(9) + .seconds(5))
        #expect(running.loop.nextDue == utc("2026-03-03 10:11"))
        await stop(running)
    }

    @Test("a wall clock that is set during a wait is noticed by its end")
    func clockSet() async {
        let running = await waiting(policy(.crontab("0 12 * * *")))
        let noticed = await running.clock.nextWait()
        running.clock.setWallClock(by: .hours(2) - .minutes(2))
        running.clock.pass(noticed - (running.clock.sinceBoot() - .hours(1)))
        // 11:59:05 by the new time.
        await running.pass(until: .minutes(2))
        #expect(await running.next() == .began(.schedule))
        running.cancel()
        running.endRun()
        #expect(await running.next() == .ended(wasCancelled: true))
        #expect(await running.next() == .returned)
    }

    @Test("a day forward and a day back again: intervals run on, neither fewer nor more")
    func dayForwardAndBack() async {
        let running = await waiting()
        for (minute, jump) in [(11.0, Duration.days(1)), (21, .days(-1)), (31, .days(-1)), (41, .days(1))] {
            running.clock.setWallClock(by: jump)
            await running.pass(until: .minutes(minute))
            #expect(await running.next() == .began(.schedule))
            running.endRun()
            #expect(await running.next() == .ended(wasCancelled: false))
        }
        await stop(running)
    }

    @Test("what is remembered of the last run holds from the start")
    func remembered() async {
        let running = RunningLoop(ScheduleLoopTests.everyTen, lastStart: utc("2026-03-02 09:43"))
        #expect(await running.next() == .misfired(1))
        #expect(running.loop.nextDue == utc("2026-03-02 10:03"))
        await running.pass(until: .minutes(3))
        #expect(await running.next() == .began(.schedule))
        running.cancel()
        running.endRun()
        #expect(await running.next() == .ended(wasCancelled: true))
        #expect(await running.next() == .returned)
    }

    @Test("the random numbers come from where the loop is told to take them")
    func random() {
        let jittered = policy(.every(.minutes(10)), jitter: .minutes(10))
        let due = [1, 1, 2].map { (seed: UInt64) in
            ScheduleLoop(
                clock: ManualClock(), policy: jittered, lastStart: nil, random: SeededGenerator(seed: seed),
                onDue: { _ in }, onMisfire: { _ in }
            ).nextDue
        }
        #expect(due[0] == due[1])
        #expect(due[0] != due[2])
    }

    // MARK: - Reload

    @Test("a new policy during a wait ends it and holds at once")
    func reloadWhileWaiting() async {
        let running = await waiting()
        #expect(await running.clock.nextWait() == .seconds(65))
        running.loop.update(policy: policy(.every(.seconds(2))))
        #expect(running.loop.policy.schedule == .every(.seconds(2)))
        // The clock stands still: had the wait gone on, no other would begin.
        #expect(await running.clock.nextWait() == .seconds(62))
        running.clock.pass(.seconds(2))
        #expect(await running.next() == .began(.schedule))
        running.cancel()
        running.endRun()
        #expect(await running.next() == .ended(wasCancelled: true))
        #expect(await running.next() == .returned)
    }

    @Test("a new policy by which a run is overdue makes it now")
    func reloadMakesDue() async {
        let running = await waiting()
        await running.pass(until: .minutes(5))
        _ = await running.clock.nextWait()
        running.loop.update(policy: policy(.every(.minutes(2))))
        #expect(await running.next() == .began(.schedule), "due at 3m, late by two minutes")
        running.endRun()
        #expect(await running.next() == .ended(wasCancelled: false))
        #expect(running.loop.nextDue == utc("2026-03-02 10:07"))
        await stop(running)
    }

    @Test("a new policy during a run doesn't touch it and holds when it is over")
    func reloadDuringRun() async {
        let running = await inFirstRun()
        running.loop.update(policy: policy(.every(.minutes(3))))
        #expect(running.loop.nextDue == utc("2026-03-02 10:04"))
        running.clock.pass(.minutes(1))
        running.endRun()
        #expect(await running.next() == .ended(wasCancelled: false))
        await running.pass(until: .minutes(4))
        #expect(await running.next() == .began(.schedule))
        running.endRun()
        #expect(await running.next() == .ended(wasCancelled: false))
        await stop(running)
    }

    @Test("the same policy again moves nothing")
    func sameReload() async {
        let running = await waiting()
        for _ in 0..<50 { running.loop.update(policy: ScheduleLoopTests.everyTen) }
        #expect(running.loop.nextDue == utc("2026-03-02 10:11"))
        await stop(running)
    }

    // MARK: - Stopping

    @Test("a stop ends a wait at once")
    func stopWhileWaiting() async {
        let running = await waiting()
        _ = await running.clock.nextWait()
        await stop(running)
    }

    @Test("a stop during a run cancels it, and the loop returns after it, with no run to follow")
    func stopDuringRun() async {
        let running = await inFirstRun()
        running.cancel()
        running.clock.pass(.minutes(12))
        running.endRun()
        #expect(await running.next() == .ended(wasCancelled: true))
        #expect(await running.next() == .returned)
    }

    @Test("a loop that is stopped before it has begun makes no run")
    func stoppedBefore() async {
        let clock = ManualClock()
        let events = Mailbox<String>()
        let loop = ScheduleLoop(
            clock: clock, policy: policy(.every(.minutes(10)), firstRunAfter: .zero), lastStart: nil,
            onDue: { _ in events.put("run") }, onMisfire: { _ in })
        let go = Mailbox<Void>()
        let task = Task {
            await go.take()
            await loop.run()
            events.put("returned")
        }
        task.cancel()
        go.put(())
        #expect(await events.take() == "returned")
    }
}
