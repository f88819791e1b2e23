import Sweeping
import Testing

@Suite("How long the lock is left alone")
struct WakingWindowTests {
    private static let writers = SleepingWriters(
        naps: [1, 2, 5, 10, 15, 20, 25, 25, 25, 50, 50, 100].map(Duration.milliseconds), oversleep: .milliseconds(1))

    private func window() -> WakingWindow { WakingWindow(Self.writers, now: .zero) }

    @Test(
        "a sleeping writer is back within the nap of its age",
        arguments: [
            (0, 1), (1, 1), (2, 2), (3, 2), (8, 5), (9, 10), (18, 10), (33, 15), (34, 20), (53, 20), (54, 25),
            (128, 25),
            (129, 50), (228, 50), (229, 100), (10_000, 100),
        ])
    func naps(_ age: Int, _ nap: Int) {
        #expect(Self.writers.nap(atAge: .milliseconds(age)) == .milliseconds(nap))
    }

    @Test(
        "where others are known to write, the window is as long as the nap of who came at the hold's beginning, or until the beat is full",
        arguments: [
            (3, 0, 3), (7, 0, 6), (8, 0, 6), (9, 0, 13), (10, 0, 12), (12, 0, 11), (18, 0, 11), (20, 0, 16),
            (33, 0, 16), (53, 0, 21),
            (7, 1, 26), (7, 60, 26), (7, 1000, 101),
        ])
    func lengths(_ held: Int, _ waited: Int, _ expected: Int) {
        for othersWrote in [true, false] {
            var window = window()
            let length = window.length(
                held: .milliseconds(held), waited: .milliseconds(waited), othersWrote: othersWrote, now: .seconds(0.5))
            #expect(length == .milliseconds(expected))
        }
    }

    @Test(
        "a hold that no batch is meant to last is followed by a window as long, whoever waits",
        arguments: [60, 150, 3000])
    func longHolds(_ held: Int) {
        var known = window()
        #expect(
            known.length(held: .milliseconds(held), waited: .zero, othersWrote: true, now: .seconds(9))
                >= .milliseconds(held))
        var alone = window()
        #expect(
            alone.length(held: .milliseconds(held), waited: .zero, othersWrote: false, now: .seconds(9))
                >= .milliseconds(held))
    }

    @Test("what a batch does before it asks for the lock is part of the window; a page read now and then isn't")
    func lateness() {
        var window = window()
        var now = Duration.seconds(0.5)
        var lengths: [Duration] = []
        for batch in 0..<60 {
            let length = window.length(held: .milliseconds(10), waited: .zero, othersWrote: true, now: now)
            lengths.append(length)
            // Two milliseconds pass before the lock is asked for, and eight in each tenth batch.
            now += length + .milliseconds(batch % 10 == 9 ? 8 : 2) + .milliseconds(10)
        }
        #expect(lengths[0] == .milliseconds(12) && lengths[1] == .milliseconds(11.9))
        #expect(lengths[35] == .milliseconds(10) && lengths.min() == .milliseconds(9.9))
        // As soon as it asks at once, it waits for as long as it should again.
        now -= .milliseconds(8)
        #expect(
            window.length(held: .milliseconds(10), waited: .zero, othersWrote: true, now: now) == .milliseconds(12))
    }

    @Test("where nobody has written for a while there is a window only when a newcomer would have become old")
    func nobody() {
        var window = window()
        var lengths: [Duration] = []
        for tick in 0..<12 {
            let now = WakingWindow.memory + .milliseconds(20 * tick)
            lengths.append(window.length(held: .milliseconds(12), waited: .zero, othersWrote: false, now: now))
        }
        // Five holds of 12 ms make one of 60, before which somebody may sleep for 25.
        let round: [Duration] = [.zero, .zero, .zero, .zero, .milliseconds(26)]
        #expect(lengths == round + round + [.zero, .zero])
        // Once somebody is known there are windows for whoever may have come with him.
        #expect(
            window.length(held: .milliseconds(12), waited: .zero, othersWrote: true, now: .seconds(6))
                == .milliseconds(101))
        #expect(
            window.length(held: .milliseconds(12), waited: .zero, othersWrote: false, now: .milliseconds(6113))
                == .milliseconds(11))
    }

    @Test("where others write, it is as long as anybody sleeps every three seconds; where nobody does, never")
    func longWindows() {
        var alone = window()
        var together = window()
        var long: [Int] = []
        for tick in 1...99 {
            let now = Duration.milliseconds(100 * tick)
            func length(_ window: inout WakingWindow, _ others: Bool) -> Duration {
                window.length(held: .milliseconds(7), waited: .zero, othersWrote: others, now: now)
            }
            #expect(length(&alone, false) <= .milliseconds(26))
            // They write once, which holds until the next long window, and then again and again.
            if length(&together, tick == 2 || tick > 65) > .milliseconds(26) { long.append(tick) }
        }
        #expect(long == [30, 66, 96])
    }
}
