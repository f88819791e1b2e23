import ArgumentParser
import Sidecar

/// The flags of the web server.
struct WebOptions: ParsableArguments {
    @Option(
        name: .setting(.listenAddress), parsing: .singleValue,
        help: ArgumentHelp(
            "Address to serve metrics, API and status page on: host:port, :port or unix:/run/jobsweep.sock; may be given several times. (default: 127.0.0.1:9745)",
            valueName: "address"))
    var listenAddresses: [String] = []

    @Option(
        name: .setting(.webConfigFile),
        help: "File with TLS settings and users, as Prometheus' exporters take it.",
        completion: .file())
    var webConfigFile: String?

    @Option(
        name: .setting(.externalURL),
        help: ArgumentHelp(
            "URL under which browsers reach it behind a proxy, for example https://jobs.example.com/sweep.",
            valueName: "url"))
    var externalURL: String?

    @Option(
        name: .setting(.routePrefix),
        help: ArgumentHelp(
            "Prefix of every path it answers to. (default: the path of --web.external-url)", valueName: "path"))
    var routePrefix: String?

    /// The flags that were given.
    var given: [SettingFlag: [String]] {
        [
            .listenAddress: listenAddresses, .webConfigFile: webConfigFile.map { [$0] } ?? [],
            .externalURL: externalURL.map { [$0] } ?? [], .routePrefix: routePrefix.map { [$0] } ?? [],
        ]
    }
}
