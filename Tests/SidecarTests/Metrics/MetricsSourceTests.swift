import Dispatch
import HTTPServer
import Sweeping
import Synchronization
import Testing

@testable import Sidecar

@Suite("Renderings of the metrics")
struct MetricsSourceTests {
    /// A clock that stands still until it is moved.
    private final class Clock: SweepClock {
        private let time = Mutex(Duration.seconds(1))

        func now() -> Timestamp { Timestamp(microseconds: 0) }
        func uptime() -> Duration { time.withLock { $0 } }
        func sleep(for pause: Duration) async { advance(by: pause) }
        func advance(by span: Duration) { time.withLock { $0 += span } }
    }

    private static func snapshot() -> MetricsSnapshot {
        MetricsSnapshot(process: ProcessFacts.read(), build: .init(sqlite: "3", microhttpd: "1"))
    }

    @Test("scrapes within a millisecond share one, later ones get their own, and each format has its own")
    func sharing() {
        let clock = Clock()
        let gathered = Mutex(0)
        let source = MetricsSource(clock: clock) {
            gathered.withLock { $0 += 1 }
            return Self.snapshot()
        }
        let first = source.rendering(.text)
        clock.advance(by: .microseconds(999))
        #expect(source.rendering(.text) === first)
        #expect(source.rendering(.openMetrics) !== first)
        clock.advance(by: .microseconds(1))
        #expect(source.rendering(.text) !== first)
        #expect(gathered.withLock { $0 } == 3)
    }

    @Test("while the next is being made, the last is given out, for a moment, and nobody waits")
    func inTheMaking() {
        let clock = Clock()
        let begun = DispatchSemaphore(value: 0)
        let goOn = DispatchSemaphore(value: 0)
        let isSlow = Mutex(false)
        let source = MetricsSource(clock: clock) {
            if isSlow.withLock({ slow in
                defer { slow = false }
                return slow
            }) {
                begun.signal()
                goOn.wait()
            }
            return Self.snapshot()
        }
        let first = source.rendering(.text)
        clock.advance(by: .milliseconds(2))
        isSlow.withLock { $0 = true }
        let slow = Mutex<SharedBody?>(nil)
        let done = DispatchSemaphore(value: 0)
        DispatchQueue.global().async {
            let body = source.rendering(.text)
            slow.withLock { $0 = body }
            done.signal()
        }
        begun.wait()
        #expect(source.rendering(.text) === first)
        clock.advance(by: .milliseconds(3))
        // Too old by now: this one is made beside the slow one, and stays the latest when that comes to its end.
        let own = source.rendering(.text)
        #expect(own !== first)
        goOn.signal()
        done.wait()
        #expect(slow.withLock { $0 } !== first)
        #expect(source.rendering(.text) === own)
    }
}
