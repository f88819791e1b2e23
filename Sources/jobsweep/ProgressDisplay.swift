import Sweeping
import Synchronization

/// Shows a run's progress: a bar on a terminal, plain lines elsewhere.
final class ProgressDisplay: Sendable {
    private static let width = 30
    private let isTerminal: Bool
    private let last = Mutex<RunProgress?>(nil)

    init(isTerminal: Bool) {
        self.isTerminal = isTerminal
    }

    func show(_ progress: RunProgress) {
        let before = last.withLock { last in
            let before = last
            last = progress
            return before
        }
        guard before != progress else { return }
        if isTerminal {
            let filled = progress.percent * ProgressDisplay.width / 100
            let bar =
                String(repeating: "█", count: filled) + String(repeating: "░", count: ProgressDisplay.width - filled)
            Console.draw("\r\u{1B}[K\(bar) \(progress.percent)% \(progress.message)")
        } else if before?.message != progress.message {
            Console.notice("\(progress.percent)% \(progress.message)")
        }
    }

    /// Takes the bar away again, so that the summary stands alone.
    func finish() {
        if isTerminal { Console.draw("\r\u{1B}[K") }
    }
}
