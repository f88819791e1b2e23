/// The flags that set a setting. The command line declares them, and the catalogue says which setting each one sets.
package enum SettingFlag: String, CaseIterable, Sendable {
    case database
    case state
    case logLevel = "log.level"
    case logFormat = "log.format"
    case listenAddress = "web.listen-address"
    case webConfigFile = "web.config.file"
    case externalURL = "web.external-url"
    case routePrefix = "web.route-prefix"

    /// As users write it: `--log.level`.
    package var text: String { "--" + rawValue }
}
