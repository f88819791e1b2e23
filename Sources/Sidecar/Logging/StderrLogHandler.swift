import Logging

/// Writes the log to standard error, a line an event; results go to standard output and never mix with it. Whoever logs never waits.
package struct StderrLogHandler: LogHandler {
    package var metadata: Logger.Metadata = [:]
    package var logLevel: Logger.Level {
        get { level.value }
        set { level.value = newValue }
    }

    private let format: LogFormat
    private let level: LogLevelBox
    private let lines: LineQueue

    /// - Parameter level: shared, so that a reload changes it for every logger at once.
    package init(format: LogFormat, level: LogLevelBox, lines: LineQueue = .standardError) {
        self.format = format
        self.level = level
        self.lines = lines
        lines.describeGaps { count in
            LogLine(
                time: SystemClock().now(), level: .warning,
                message: "lines of the log were dropped, because nobody read them",
                metadata: ["dropped": .stringConvertible(count)]
            ).text(format)
        }
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        var data = metadata
        if let own = event.metadata { data.merge(own) { $1 } }
        let line = LogLine(
            time: SystemClock().now(), level: event.level, message: event.message.description, metadata: data)
        lines.put(line.text(format) + "\n")
    }
}
