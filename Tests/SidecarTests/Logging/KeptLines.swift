import Logging
import Synchronization

/// A log that a test reads.
final class KeptLines: Sendable {
    private let lines = Mutex<[String]>([])

    /// Level, message and metadata of each event.
    var all: [String] { lines.withLock { $0 } }

    /// What was logged at this level.
    func at(_ level: Logger.Level) -> [String] { all.filter { $0.hasPrefix("\(level.rawValue) ") } }

    var logger: Logger { Logger(label: "test") { _ in Handler(lines: self) } }

    private struct Handler: LogHandler {
        let lines: KeptLines
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let data = (event.metadata ?? [:]).sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
            lines.lines.withLock { $0.append("\(event.level.rawValue) \(event.message)\(data)") }
        }
    }
}
