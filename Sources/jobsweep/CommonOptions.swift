import ArgumentParser
import Sidecar

/// The flags that every command takes.
struct CommonOptions: ParsableArguments {
    @Option(name: .customLong("config.file"), help: "Configuration file (YAML).", completion: .file())
    var configFile: String?

    @Option(
        name: .setting(.database),
        help:
            "The application's database: the path of a SQLite file, or a URL such as postgresql://app@db.example/app (no password here).",
        completion: .file())
    var database: String?

    @Option(
        name: .setting(.state),
        help: "Directory for jobsweep's own database: run history and totals.", completion: .directory)
    var state: String?

    @Option(
        name: .setting(.logLevel),
        help: "Least severe level to log: trace, debug, info, notice, warning, error, critical.",
        completion: .list(["trace", "debug", "info", "notice", "warning", "error", "critical"]))
    var logLevel: String?

    @Option(
        name: .setting(.logFormat), help: "How log lines look: text or json. They go to standard error.",
        completion: .list(["text", "json"]))
    var logFormat: String?

    /// The flags that were given.
    var given: [SettingFlag: [String]] {
        [.database: database, .state: state, .logLevel: logLevel, .logFormat: logFormat].compactMapValues {
            $0.map { [$0] }
        }
    }
}

extension NameSpecification {
    static func setting(_ flag: SettingFlag) -> NameSpecification { .customLong(flag.rawValue) }
}
