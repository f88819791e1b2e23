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

    package enum Version: String, Sendable, CaseIterable, Comparable {
        case tls10 = "TLS10"
        case tls11 = "TLS11"
        case tls12 = "TLS12"
        case tls13 = "TLS13"

        package static func < (one: Version, other: Version) -> Bool { one.rawValue < other.rawValue }

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
    /// What may be used, best first; nil leaves it to `TLSCipherSuite.usual`.
    package var cipherSuites: [TLSCipherSuite]?
    /// The same for curves; nil allows all.
    package var curves: [TLSCurve]?
    /// Whether this server's order of suites counts, not the client's.
    package var prefersServerSuites: Bool

    package init(
        certificate: String, privateKey: String, clientCA: String? = nil,
        clientAuthentication: ClientAuthentication = .none, minimumVersion: Version = .tls12,
        maximumVersion: Version = .tls13, cipherSuites: [TLSCipherSuite]? = nil, curves: [TLSCurve]? = nil,
        prefersServerSuites: Bool = true
    ) {
        self.certificate = certificate
        self.privateKey = privateKey
        self.clientCA = clientCA
        self.clientAuthentication = clientAuthentication
        self.minimumVersion = minimumVersion
        self.maximumVersion = maximumVersion
        self.cipherSuites = cipherSuites
        self.curves = curves
        self.prefersServerSuites = prefersServerSuites
    }
}
