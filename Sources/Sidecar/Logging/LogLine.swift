import Foundation
import Logging
import Sweeping

/// How a line of the log looks.
package enum LogFormat: String, CaseIterable, Sendable {
    case text
    case json
}

/// One event of the log as a line, without the line's end.
struct LogLine {
    let time: Timestamp
    let level: Logger.Level
    let message: String
    let metadata: Logger.Metadata

    func text(_ format: LogFormat) -> String {
        let fields = metadata.sorted { $0.key < $1.key }
        switch format {
        case .text:
            let data = fields.map { " \($0.key)=\(LogLine.quotedIfNeeded("\($0.value)"))" }.joined()
            return "\(time.rfc3339) \(level.rawValue) \(message)\(data)"
        case .json:
            let own: [(String, Logger.MetadataValue)] = [
                ("time", .string(time.rfc3339)), ("level", .string(level.rawValue)), ("message", .string(message)),
            ]
            return LogLine.json(object: own + fields.map { ($0.key, $0.value) })
        }
    }

    private static func quotedIfNeeded(_ text: String) -> String {
        guard text.isEmpty || text.contains(where: { $0.isWhitespace || $0 == "\"" || $0 == "=" }) else { return text }
        return json(text)
    }

    private static func json(object fields: [(String, Logger.MetadataValue)]) -> String {
        "{" + fields.map { "\(json($0.0)):\(json($0.1))" }.joined(separator: ",") + "}"
    }

    /// Numbers and booleans stay what they are, so that whoever collects the log can reckon with them.
    private static func json(_ value: Logger.MetadataValue) -> String {
        switch value {
        case .string(let text): json(text)
        case .array(let values): "[" + values.map { json($0) }.joined(separator: ",") + "]"
        case .dictionary(let fields): json(object: fields.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
        case .stringConvertible(let value as any BinaryInteger): "\(value)"
        case .stringConvertible(let value as Double) where value.isFinite: "\(value)"
        case .stringConvertible(let value as Bool): "\(value)"
        case .stringConvertible(let value): json(value.description)
        }
    }

    private static func json(_ text: String) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        return (try? encoder.encode(text)).map { String(decoding: $0, as: UTF8.self) } ?? "\"\""
    }
}
