/// The settings that came as flags, as the user wrote them; nil where a flag wasn't given.
package struct CommandLineSettings: Sendable, Equatable {
    /// `--config.file`
    package var configFile: String?
    /// `--database`
    package var database: String?
    /// `--state`
    package var state: String?
    /// `--log.level`
    package var logLevel: String?
    /// `--log.format`
    package var logFormat: String?
    /// `--web.listen-address`, once for each time it was given.
    package var webListenAddresses: [String] = []
    /// `--web.config.file`
    package var webConfigFile: String?

    package init() {}
}
