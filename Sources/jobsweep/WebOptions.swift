import ArgumentParser
import Sidecar

/// The flags of the web server.
struct WebOptions: ParsableArguments {
    @Option(
        name: .setting(.listenAddress), parsing: .singleValue,
        help: ArgumentHelp(
            "Address to serve metrics, API and status page on; may be given several times. (default: 127.0.0.1:9745)",
            valueName: "host:port"))
    var listenAddresses: [String] = []

    @Option(
        name: .setting(.webConfigFile),
        help: "File with TLS settings and users, as Prometheus' exporters take it.",
        completion: .file())
    var webConfigFile: String?

    /// The flags that were given.
    var given: [SettingFlag: [String]] {
        [.listenAddress: listenAddresses, .webConfigFile: webConfigFile.map { [$0] } ?? []]
    }
}
