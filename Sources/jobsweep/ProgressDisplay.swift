import Sidecar
import Sweeping
import Synchronization

/// Shows a run's progress on standard error.
final class ProgressDisplay: Sendable {
    private static let width = 30
    /// Where the progress goes.
    private enum Place {
        /// A bar that draws over itself.
        case terminal
        /// A line a step.
        case lines
        /// Nowhere: whoever reads the log as JSON finds it there.
        case log
    }

    private let place: Place
    private let last = Mutex<RunProgress?>(nil)

    init(_ format: LogFormat) {
        place = format == .json ? .log : Console.errorIsTerminal ? .terminal : .lines
    }

    func show(_ progress: RunProgress) {
        let before = last.withLock { last in
            let before = last
            last = progress
            return before
        }
        guard before != progress else { return }
        switch place {
        case .terminal:
            // Within an operation the bar is its own: most of a run's time can go by between two percents of the whole.
            let share = progress.rows?.share ?? Double(progress.percent) / 100
            let filled = Int(share * Double(ProgressDisplay.width))
            let bar =
                String(repeating: "█", count: filled) + String(repeating: "░", count: ProgressDisplay.width - filled)
            Console.draw("\r\u{1B}[K\(bar) \(progress.percent)% \(ProgressText.line(progress))")
        case .lines:
            if before?.message != progress.message { Console.notice("\(progress.percent)% \(progress.message)") }
        case .log: break
        }
    }

    /// Takes the bar away again, so that the summary stands alone.
    func finish() {
        if place == .terminal { Console.draw("\r\u{1B}[K") }
    }
}
