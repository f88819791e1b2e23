import Sweeping

@testable import SQLiteStore

/// A database's write lock in a world of its own, where time is a number: a run with the real pacer, the windows that it is given, and writers
/// that sleep in SQLite's busy handler.
struct SimulatedLock {
    /// A writer that waits between its writes, and sleeps while it meets the lock.
    struct Writer {
        var nextTry: Duration
        /// When it first tried; nil between two writes.
        var asked: Duration?
        var naps = 0
        var waits: [Duration] = []
        var writes: Int { waits.count }
    }

    private static let naps: [Duration] = [1, 2, 5, 10, 15, 20, 25, 25, 25, 50, 50, 100].map(Duration.milliseconds)

    /// What a writer's own transaction takes.
    let write = Duration.microseconds(300)
    var writers: [Writer]
    /// What a writer waits between two writes.
    let rest: (inout SeededGenerator) -> Duration
    var random: SeededGenerator
    /// Until when a writer has the lock.
    var busyUntil = Duration.zero
    var now = Duration.zero
    var othersWrote = false
    /// When anybody wrote.
    var writes: [Duration] = []

    init(writers count: Int, seed: UInt64, rest: @escaping (inout SeededGenerator) -> Duration) {
        var random = SeededGenerator(seed: seed)
        writers = (0..<count).map { _ in Writer(nextTry: rest(&random)) }
        self.random = random
        self.rest = rest
    }

    /// Lets time pass; with `isHeld` the run has the lock, and every try fails.
    mutating func pass(until end: Duration, isHeld: Bool) {
        while let index = writers.indices.min(by: { writers[$0].nextTry < writers[$1].nextTry }),
            writers[index].nextTry < end
        {
            var writer = writers[index]
            let moment = writer.nextTry
            let asked = writer.asked ?? moment
            if isHeld || moment < busyUntil {
                let nap = Self.naps[min(writer.naps, Self.naps.count - 1)]
                writer.asked = asked
                writer.naps += 1
                // A sleep is never shorter than was asked for, and a little longer each time.
                writer.nextTry = moment + nap + .microseconds(Int64.random(in: 50...150, using: &random))
            } else {
                writer.waits.append(moment - asked)
                writer.asked = nil
                writer.naps = 0
                writes.append(moment)
                busyUntil = moment + write
                writer.nextTry = moment + write + rest(&random)
                othersWrote = true
            }
            writers[index] = writer
        }
        now = end
    }

    /// What a rule for windows is told of a hold.
    struct Hold {
        let held: Duration
        let waited: Duration
        let othersWrote: Bool
        let end: Duration
    }

    /// How long the lock is left alone.
    enum Pause {
        case whole(Duration)
        /// Until somebody has written, or so long.
        case untilWrite(Duration)
    }

    /// A run that works so long over rows of which each costs `row`.
    mutating func run(work: Duration, row: Duration, policy: PacingPolicy, window: (Hold) -> Pause) {
        var pacer = Pacer(policy: policy)
        var done = Duration.zero
        while done < work {
            // Our own waiting tries every two milliseconds.
            let asked = now
            while now < busyUntil { pass(until: now + .milliseconds(2), isHeld: false) }
            let waited = now - asked
            let rows = max(1, min(pacer.batchSize, Int(pacer.hold / row)))
            let held = row * rows
            let others = othersWrote
            othersWrote = false
            pass(until: now + held, isHeld: true)
            done += held
            let pause = window(Hold(held: held, waited: waited, othersWrote: others, end: now))
            switch pause {
            case .whole(let length):
                let outcome = BatchOutcome(
                    rows: Array(repeating: .done, count: rows), locksHeld: [held], work: held, rest: length)
                pacer.note(outcome, of: pacer.batchSize)
                pass(until: now + pacer.pause, isHeld: false)
            case .untilWrite(let longest):
                let outcome = BatchOutcome(
                    rows: Array(repeating: .done, count: rows), locksHeld: [held], work: held)
                pacer.note(outcome, of: pacer.batchSize)
                let end = now + longest
                let before = writes.count
                while now < end, writes.count == before { pass(until: now + .microseconds(500), isHeld: false) }
            }
        }
    }

    /// What a share of the waits doesn't exceed.
    func wait(_ share: Double) -> Duration {
        let waits = writers.flatMap(\.waits).sorted()
        return waits[min(waits.count - 1, Int(Double(waits.count) * share))]
    }

    var longestWait: Duration {
        writers.map { max($0.waits.max() ?? .zero, $0.asked.map { [now] in now - $0 } ?? .zero) }.max() ?? .zero
    }
}
