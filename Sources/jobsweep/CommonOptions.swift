import ArgumentParser

/// The flags that every command takes.
struct CommonOptions: ParsableArguments {
    @Option(name: .customLong("config.file"), help: "Configuration file (YAML).", completion: .file())
    var configFile: String?

    @Option(
        name: .customLong("database"),
        help: "The application's database: a path, or a URL such as sqlite:///data/app.db.", completion: .file())
    var database: String?

    @Option(
        name: .customLong("state"),
        help: "Directory for jobsweep's own database: run history and totals.", completion: .directory)
    var state: String?

    @Option(
        name: .customLong("log.level"),
        help: "Least severe level to log: trace, debug, info, notice, warning, error, critical.",
        completion: .list(["trace", "debug", "info", "notice", "warning", "error", "critical"]))
    var logLevel: String?

    @Option(
        name: .customLong("log.format"), help: "How log lines look: text or json. They go to standard error.",
        completion: .list(["text", "json"]))
    var logFormat: String?
}
