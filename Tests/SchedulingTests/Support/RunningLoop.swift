import CivilTime
import Scheduling
import Testing

/// A loop at work on a clock that a test moves, with runs that end when the test says so.
struct RunningLoop {
    /// What the loop did.
    enum Event: Hashable, Sendable {
        case began(DueTrigger)
        /// Whether the run was cancelled before its end.
        case ended(wasCancelled: Bool)
        case misfired(Int)
        /// `run()` has returned.
        case returned
    }

    let clock: ManualClock
    let loop: ScheduleLoop
    private let task: Task<Void, Never>
    private let events = Mailbox<Event>()
    private let endings = Mailbox<Void>()
    /// What the loop said of its turns.
    let turns = Mailbox<ScheduleLoop.Turn>()

    init(_ policy: SchedulePolicy, lastStart: Timestamp? = nil, clock: ManualClock = ManualClock(), seed: UInt64 = 1) {
        self.clock = clock
        let loop = ScheduleLoop(
            clock: clock, policy: policy, lastStart: lastStart, random: SeededGenerator(seed: seed),
            onDue: { [events, endings] trigger in
                events.put(.began(trigger))
                // As a sweep does, this run takes its time to end, cancelled or not.
                await endings.take()
                events.put(.ended(wasCancelled: Task.isCancelled))
            },
            onMisfire: { [events] in events.put(.misfired($0)) },
            onTurn: { [turns] in turns.put($0) })
        self.loop = loop
        task = Task { [events] in
            await loop.run()
            events.put(.returned)
        }
    }

    /// What the loop does next; returns as soon as it has done it.
    func next() async -> Event { await events.take() }

    /// Ends the run that is under way, or the next.
    func endRun() { endings.put(()) }

    func cancel() { task.cancel() }

    /// Lets time pass in the loop's own steps, which are the only ones it may take, until it waits for nothing before `moment`.
    func pass(until moment: Duration, sourceLocation: SourceLocation = #_sourceLocation) async {
        while true {
            let wait = await clock.nextWait()
            let now = clock.sinceBoot() - .hours(1)
            #expect(
                wait - now <= ScheduleLoop.longestWait, "a clock that is set is noticed", sourceLocation: sourceLocation
            )
            clock.pass(max(min(wait, moment) - now, .zero))
            if wait >= moment { return }
        }
    }
}
