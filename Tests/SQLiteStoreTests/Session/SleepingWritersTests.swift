import Sweeping
import Testing

@testable import SQLiteStore

/// A database's write lock in a world of its own, where time is a number: a run with the real pacer and the real windows, and writers that
/// sleep in SQLite's busy handler.
private struct SimulatedLock {
    /// A writer that waits between its writes, and sleeps while it meets the lock.
    struct Writer {
        var nextTry: Duration
        /// When it first tried; nil between two writes.
        var asked: Duration?
        var naps = 0
        var longestWait = Duration.zero
        var writes = 0
    }

    private static let naps: [Duration] = [1, 2, 5, 10, 15, 20, 25, 25, 25, 50, 50, 100].map(Duration.milliseconds)

    /// What a writer's own transaction takes.
    let write = Duration.milliseconds(1)
    var writers: [Writer]
    /// What a writer waits between two writes.
    let rest: (inout SeededGenerator) -> Duration
    var random: SeededGenerator
    /// Until when a writer has the lock.
    var busyUntil = Duration.zero
    var now = Duration.zero
    var othersWrote = false

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
                writer.longestWait = max(writer.longestWait, moment - asked)
                writer.asked = nil
                writer.naps = 0
                writer.writes += 1
                busyUntil = moment + write
                writer.nextTry = moment + write + rest(&random)
                othersWrote = true
            }
            writers[index] = writer
        }
        now = end
    }

    /// A run of so many batches over rows of which each costs `row`.
    /// - Parameter window: how long the lock is left alone after a hold.
    mutating func run(batches: Int, row: Duration, window: (Duration, Duration, Bool, Duration) -> Duration) {
        var pacer = Pacer(policy: PacingPolicy())
        for _ in 0..<batches {
            // Our own waiting tries every two milliseconds.
            let asked = now
            while now < busyUntil { pass(until: now + .milliseconds(2), isHeld: false) }
            let waited = now - asked
            let rows = max(1, min(pacer.batchSize, Int(pacer.hold / row)))
            let work = row * rows
            let others = othersWrote
            othersWrote = false
            pass(until: now + work, isHeld: true)
            let outcome = BatchOutcome(
                rows: Array(repeating: .done, count: rows), locksHeld: [work], work: work,
                rest: window(work, waited, others, now))
            pacer.note(outcome, of: pacer.batchSize)
            pass(until: now + pacer.pause, isHeld: false)
        }
    }

    var longestWait: Duration {
        writers.map { max($0.longestWait, $0.asked.map { [now] in now - $0 } ?? .zero) }.max() ?? .zero
    }
}

@Suite("Writers that sleep before a lock")
struct SleepingWritersTests {
    private func longestWait(
        writers: Int, row: Duration, every: Duration, seed: UInt64,
        window: @escaping (Duration, Duration, Bool, Duration) -> Duration
    ) -> Duration {
        var lock = SimulatedLock(writers: writers, seed: seed) { random in
            every + .microseconds(Int64.random(in: 0...2000, using: &random))
        }
        lock.run(batches: Int(Duration.seconds(30) / (max(row, .milliseconds(7)) * 2)), row: row, window: window)
        #expect(lock.writers.allSatisfy { $0.writes > 0 })
        return lock.longestWait
    }

    static let rows: [Duration] = [
        .microseconds(100), .milliseconds(3), .milliseconds(10), .milliseconds(60), .milliseconds(270), .seconds(2),
    ]

    @Test("whatever a row costs, a single writer gets the lock after the first hold that it meets", arguments: rows)
    func one(_ row: Duration) {
        for seed in 1...5 {
            let window = WakingWindow(now: .zero)
            let wait = longestWait(writers: 1, row: row, every: .milliseconds(5), seed: UInt64(seed)) {
                window.length(held: $0, waited: $1, othersWrote: $2, now: $3)
            }
            let hold = max(row, PacingPolicy().lockTarget)
            #expect(wait <= hold + SleepingWriters.nap(atAge: hold) + .milliseconds(1))
        }
    }

    @Test("several writers, which meet each other too, never wait for as long as a driver does", arguments: rows)
    func several(_ row: Duration) {
        for seed in 1...5 {
            let window = WakingWindow(now: .zero)
            let wait = longestWait(writers: 8, row: row, every: .milliseconds(20), seed: UInt64(seed)) {
                window.length(held: $0, waited: $1, othersWrote: $2, now: $3)
            }
            #expect(wait < .seconds(2) + row * 2)
        }
    }

    @Test("pauses of two milliseconds between rows of 60 ms, as it was, let writers starve")
    func asItWas() {
        let wait = longestWait(writers: 1, row: .milliseconds(60), every: .milliseconds(5), seed: 1) { _, _, _, _ in
            .milliseconds(2)
        }
        #expect(wait > .seconds(1))
    }
}
