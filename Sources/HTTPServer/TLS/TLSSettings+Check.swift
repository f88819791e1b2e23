import CMicrohttpd

extension TLSSettings {
    /// Throws, with a sentence, if a server could not be started with these settings: libmicrohttpd itself would say
    /// only that it did not start.
    package func check() throws(HTTPServerError) {
        guard !versions.isEmpty else {
            throw .tls(
                "the lowest version, \(minimumVersion.rawValue), is above the highest, \(maximumVersion.rawValue)")
        }
        guard !certificate.utf8.contains(0), !privateKey.utf8.contains(0), clientCA?.utf8.contains(0) != true else {
            throw .tls("a certificate or key has a NUL byte in it, which PEM has not")
        }
        let chain = cmhd_check_chain(certificate)
        guard chain >= 0 else { throw .tls("the certificate cannot be read as PEM (\(Self.message(chain)))") }
        let key = cmhd_check_key(privateKey)
        guard key >= 0 else {
            throw .tls("the private key cannot be read as PEM without a password (\(Self.message(key)))")
        }
        let together = cmhd_check_certificate(certificate, privateKey)
        guard together >= 0 else {
            throw .tls("the certificate and the private key cannot be used together (\(Self.message(together)))")
        }
        try checkSuites()
        if let clientCA {
            let count = cmhd_count_authorities(clientCA)
            guard count > 0 else {
                throw .tls(
                    "the client authorities cannot be read as PEM (\(count == 0 ? "there is none" : Self.message(count)))"
                )
            }
        } else if clientAuthentication.isVerified {
            throw .tls("\(clientAuthentication.rawValue) needs the authorities that clients' certificates come from")
        }
    }

    /// The certificate can be read.
    private func checkSuites() throws(HTTPServerError) {
        let kind = cmhd_is_rsa(certificate) != 0 ? "RSA" : "ECDSA"
        let usable = usableSuites
        // Those of TLS 1.3 work with every certificate, those before with one of their kind.
        let isEnough = maximumVersion == .tls13 || usable.contains { $0.authentication != .any }
        guard !usable.isEmpty, isEnough, curves?.isEmpty != true else {
            throw .tls(
                "none of the cipher suites can be used with these versions, curves and a certificate of the kind \(kind)"
            )
        }
        let priorities = cmhd_check_priorities(self.priorities)
        guard priorities >= 0 else { throw .tls("GnuTLS refuses these settings: \(Self.message(priorities))") }
    }

    private static func message(_ code: Int32) -> String {
        let text = String(cString: gnutls_strerror(code))
        return text.hasSuffix(".") ? String(text.dropLast()) : text
    }
}
