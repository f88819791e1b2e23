/// The certificate that a server shows, and what it wants of its clients.
package struct TLSSettings: Sendable, Equatable {
    /// What is asked of clients, named as in Go's crypto/tls, from where Prometheus' web configuration has the names.
    package enum ClientAuthentication: String, Sendable, CaseIterable {
        case none = "NoClientCert"
        /// Asked for, not needed, and not checked.
        case request = "RequestClientCert"
        /// Needed, but not checked.
        case requireAny = "RequireAnyClientCert"
        /// Not needed; where there is one, an authority of `clientCA` must have signed it.
        case verifyIfGiven = "VerifyClientCertIfGiven"
        /// Needed, and an authority of `clientCA` must have signed it.
        case requireAndVerify = "RequireAndVerifyClientCert"

        var isRequired: Bool { self == .requireAny || self == .requireAndVerify }
        var isVerified: Bool { self == .verifyIfGiven || self == .requireAndVerify }
    }

    package enum Version: String, Sendable, CaseIterable {
        case tls10 = "TLS10"
        case tls11 = "TLS11"
        case tls12 = "TLS12"
        case tls13 = "TLS13"

        /// As GnuTLS writes it in a priority string.
        var priorityName: String {
            switch self {
            case .tls10: "VERS-TLS1.0"
            case .tls11: "VERS-TLS1.1"
            case .tls12: "VERS-TLS1.2"
            case .tls13: "VERS-TLS1.3"
            }
        }
    }

    /// The certificate, followed by those that lead to the root, in PEM.
    package var certificate: String
    /// The certificate's private key, in PEM, not encrypted.
    package var privateKey: String
    /// The authorities that clients' certificates are checked against, in PEM.
    package var clientCA: String?
    package var clientAuthentication: ClientAuthentication
    package var minimumVersion: Version
    package var maximumVersion: Version

    package init(
        certificate: String, privateKey: String, clientCA: String? = nil,
        clientAuthentication: ClientAuthentication = .none, minimumVersion: Version = .tls12,
        maximumVersion: Version = .tls13
    ) {
        self.certificate = certificate
        self.privateKey = privateKey
        self.clientCA = clientCA
        self.clientAuthentication = clientAuthentication
        self.minimumVersion = minimumVersion
        self.maximumVersion = maximumVersion
    }

    /// GnuTLS' name for the versions allowed; its own choice of everything else.
    var priorities: String {
        let all = Version.allCases
        let (first, last) = (all.firstIndex(of: minimumVersion) ?? 0, all.firstIndex(of: maximumVersion) ?? 0)
        let versions = first <= last ? all[first...last].reversed() : []
        return (["NORMAL", "-VERS-ALL"] + versions.map { "+\($0.priorityName)" }).joined(separator: ":")
    }
}
