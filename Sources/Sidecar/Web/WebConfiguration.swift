import HTTPServer

/// What `--web.config.file` says: TLS, users and headers, in the schema of Prometheus' exporter toolkit
/// (https://github.com/prometheus/exporter-toolkit/blob/master/docs/web-configuration.md).
package struct WebConfiguration: Sendable, Equatable {
    /// Nil serves plain HTTP.
    package var tls: TLSSettings?
    /// The certificates that TLS shows.
    package var chain: CertificateChain?
    /// Empty: nobody has to show who they are.
    package var users: [ByteText: BcryptHash] = [:]
    /// Headers that every answer gets.
    package var headers: HTTPHeaders = [:]
    /// Options that the file has and this server can't honour, though nothing is less safe without them.
    package var notices: [String] = []

    package init() {}

    /// Whether a request can show who sent it.
    package var knowsUsers: Bool {
        !users.isEmpty || tls?.clientAuthentication == .requireAndVerify
    }
}

/// Why a web configuration was refused.
package struct WebConfigurationError: Error, Sendable, Equatable, CustomStringConvertible {
    /// A sentence each, with file and line.
    package let problems: [String]

    package var description: String { problems.joined(separator: "\n") }
}
