import Foundation
import RunHistory
import Sweeping
import Synchronization

/// Keeps in mind what the clocks showed at the last look, and says whether the wall clock can be believed by it.
package final class ClockGuard: Sendable {
    /// How often a sidecar that serves looks, whatever its schedule.
    static let interval: Duration = .minutes(10)
    /// The same while the clock can't be believed: somebody sets it right, or takes it for right, at any moment.
    static let intervalInDoubt: Duration = .seconds(30)

    private let history: any RunHistory
    private let clock: any SweepClock
    private let bootID: @Sendable () -> String?
    private let doubt = Mutex<ClockDoubt?>(nil)

    /// - Parameter bootID: tells this boot of the machine from others; nil where the system doesn't say.
    package init(
        history: any RunHistory, clock: any SweepClock, bootID: @escaping @Sendable () -> String? = ClockGuard.bootID
    ) {
        self.history = history
        self.clock = clock
        self.bootID = bootID
    }

    /// Why the wall clock couldn't be believed at the last look, and no run begins; nil where it could.
    package var current: ClockDoubt? { doubt.withLock { $0 } }

    /// Looks at the clocks, and remembers what they show if it can be believed: what can't doesn't take the place of what could.
    /// - Returns: why it can't be.
    @discardableResult
    package func look() async -> ClockDoubt? {
        await judge(reading)
    }

    /// The same for what the clocks showed when a run took its `now`.
    func judge(_ look: ClockLook) async -> ClockDoubt? {
        let doubt = ClockRule.doubt(at: look, after: await history.recall(.clock))
        self.doubt.withLock { $0 = doubt }
        if doubt == nil { await history.remember(look, as: .clock) }
        return doubt
    }

    /// Looks and remembers nothing, for who only asks.
    func peek() async -> ClockDoubt? {
        ClockRule.doubt(at: reading, after: await history.recall(.clock))
    }

    /// Takes the clocks for right as they stand.
    package func accept() async {
        await history.remember(reading, as: .clock)
        doubt.withLock { $0 = nil }
    }

    /// What the clocks showed at a moment of this boot.
    func look(wall: Timestamp, sinceBoot: Duration) -> ClockLook {
        ClockLook(wall: wall, sinceBoot: sinceBoot, bootID: bootID())
    }

    /// Looks until the task is cancelled.
    func watch() async {
        while !Task.isCancelled {
            let doubt = await look()
            await clock.sleep(for: doubt == nil ? ClockGuard.interval : ClockGuard.intervalInDoubt)
        }
    }

    private var reading: ClockLook {
        look(wall: clock.now(), sinceBoot: clock.uptime())
    }

    /// The kernel's name for this boot (random(4)).
    package static func bootID() -> String? {
        guard let text = try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8) else {
            return nil
        }
        let id = text.trimmingCharacters(in: .whitespacesAndNewlines)
        return id.isEmpty ? nil : id
    }
}

extension Fact<ClockLook> {
    /// The last look at the clocks that was believed.
    static let clock = Fact("clock")
}
