/// A cipher suite under the name that Go's crypto/tls gives it, from where Prometheus' web configuration has the names: those that Go
/// takes for secure.
package enum TLSCipherSuite: String, Sendable, CaseIterable {
    case aes128GCM13 = "TLS_AES_128_GCM_SHA256"
    case aes256GCM13 = "TLS_AES_256_GCM_SHA384"
    case chacha13 = "TLS_CHACHA20_POLY1305_SHA256"
    case ecdsaAES128GCM = "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"
    case ecdsaAES256GCM = "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"
    case ecdsaChacha = "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256"
    case rsaAES128GCM = "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"
    case rsaAES256GCM = "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"
    case rsaChacha = "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256"
    case ecdsaAES128CBC = "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA"
    case ecdsaAES256CBC = "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA"
    case rsaAES128CBC = "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA"
    case rsaAES256CBC = "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA"

    /// How the server proves who it is, up to TLS 1.2.
    enum Authentication {
        case rsa
        case ecdsa
        /// TLS 1.3 leaves it to the certificate.
        case any
    }

    /// What is taken where nothing is said: authenticated encryption with a key that is forgotten afterwards.
    package static let usual: [TLSCipherSuite] = allCases.filter { !$0.isCBC }

    var authentication: Authentication {
        if rawValue.hasPrefix("TLS_ECDHE_RSA_") { return .rsa }
        return rawValue.hasPrefix("TLS_ECDHE_ECDSA_") ? .ecdsa : .any
    }

    var isCBC: Bool { rawValue.hasSuffix("_CBC_SHA") }

    /// The cipher as GnuTLS writes it in a priority string.
    var cipherName: String {
        switch self {
        case .aes128GCM13, .ecdsaAES128GCM, .rsaAES128GCM: "AES-128-GCM"
        case .aes256GCM13, .ecdsaAES256GCM, .rsaAES256GCM: "AES-256-GCM"
        case .chacha13, .ecdsaChacha, .rsaChacha: "CHACHA20-POLY1305"
        case .ecdsaAES128CBC, .rsaAES128CBC: "AES-128-CBC"
        case .ecdsaAES256CBC, .rsaAES256CBC: "AES-256-CBC"
        }
    }
}

/// An elliptic curve under its name in Go's crypto/tls.
package enum TLSCurve: String, Sendable, CaseIterable {
    case x25519 = "X25519"
    case p256 = "CurveP256"
    case p384 = "CurveP384"
    case p521 = "CurveP521"

    /// As GnuTLS writes it in a priority string.
    var priorityName: String {
        switch self {
        case .x25519: "GROUP-X25519"
        case .p256: "GROUP-SECP256R1"
        case .p384: "GROUP-SECP384R1"
        case .p521: "GROUP-SECP521R1"
        }
    }
}
