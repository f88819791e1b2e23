import Foundation
import Glibc
import Logging
import Sweeping

/// How a line of the log looks.
package enum LogFormat: String, CaseIterable, Sendable {
    case text
    case json
}

/// Writes the log to standard error, a line an event; results go to standard output and never mix with it.
package struct StderrLogHandler: LogHandler {
    package var metadata: Logger.Metadata = [:]
    package var logLevel: Logger.Level {
        get { level.value }
        set { level.value = newValue }
    }

    private let format: LogFormat
    private let level: LogLevelBox

    /// - Parameter level: shared, so that a reload changes it for every logger at once.
    package init(format: LogFormat, level: LogLevelBox) {
        self.format = format
        self.level = level
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        var data = metadata
        if let own = event.metadata { data.merge(own) { $1 } }
        let fields = data.sorted { $0.key < $1.key }.map { ($0.key, "\($0.value)") }
        let time = SystemClock().now().rfc3339
        let line =
            switch format {
            case .text: textLine(time, event, fields)
            case .json: jsonLine(time, event, fields)
            }
        // One call a line keeps lines of several threads apart.
        var bytes = Array((line + "\n").utf8)
        bytes.withUnsafeMutableBytes { _ = write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }

    private func textLine(_ time: String, _ event: LogEvent, _ fields: [(String, String)]) -> String {
        let data = fields.map { " \($0.0)=\(quotedIfNeeded($0.1))" }.joined()
        return "\(time) \(event.level.rawValue) \(event.message)\(data)"
    }

    private func quotedIfNeeded(_ text: String) -> String {
        guard text.isEmpty || text.contains(where: { $0.isWhitespace || $0 == "\"" || $0 == "=" }) else { return text }
        return json(text)
    }

    private func jsonLine(_ time: String, _ event: LogEvent, _ fields: [(String, String)]) -> String {
        let all = [("time", time), ("level", event.level.rawValue), ("message", event.message.description)] + fields
        return "{" + all.map { "\(json($0.0)):\(json($0.1))" }.joined(separator: ",") + "}"
    }

    private func json(_ text: String) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        return (try? encoder.encode(text)).map { String(decoding: $0, as: UTF8.self) } ?? "\"\""
    }
}
