import Sweeping
import Testing

@testable import SQLiteStore

@Suite("How long the lock is left alone")
struct WakingWindowTests {
    @Test(
        "a sleeping writer is back within the nap of its age",
        arguments: [
            (0, 1), (1, 1), (2, 2), (3, 2), (8, 5), (9, 10), (18, 10), (33, 15), (34, 20), (53, 20), (54, 25),
            (128, 25),
            (129, 50), (228, 50), (229, 100), (10_000, 100),
        ])
    func naps(_ age: Int, _ nap: Int) {
        #expect(SleepingWriters.nap(atAge: .milliseconds(age)) == .milliseconds(nap))
    }

    @Test(
        "the window is as long as the hold, and as the nap of who came at its beginning",
        arguments: [
            (7, 0, 7), (3, 0, 3), (4, 0, 6), (9, 0, 11), (20, 0, 20), (3000, 0, 3000), (7, 60, 26), (7, 1000, 101),
        ])
    func lengths(_ held: Int, _ waited: Int, _ expected: Int) {
        let window = WakingWindow(now: .zero)
        let length = window.length(
            held: .milliseconds(held), waited: .milliseconds(waited), othersWrote: false, now: .seconds(9))
        #expect(length == .milliseconds(expected))
    }

    @Test("where others write, it is as long as anybody sleeps once a second; where nobody does, never")
    func longWindows() {
        let alone = WakingWindow(now: .zero)
        let together = WakingWindow(now: .zero)
        var long: [Int] = []
        for tick in 1...40 {
            let now = Duration.milliseconds(100 * tick)
            func length(_ window: WakingWindow, _ others: Bool) -> Duration {
                window.length(held: .milliseconds(7), waited: .zero, othersWrote: others, now: now)
            }
            #expect(length(alone, false) == .milliseconds(7))
            // They write once, which holds until the next long window, and then again and again.
            if length(together, tick == 2 || tick > 25) > .milliseconds(7) { long.append(tick) }
        }
        #expect(long == [10, 26, 36])
    }

    @Test("a hold as long as that window makes it unnecessary")
    func longHold() {
        let window = WakingWindow(now: .zero)
        _ = window.length(held: .milliseconds(150), waited: .zero, othersWrote: true, now: .seconds(5))
        let next = window.length(held: .milliseconds(7), waited: .zero, othersWrote: true, now: .seconds(5.9))
        #expect(next == .milliseconds(7))
    }
}
