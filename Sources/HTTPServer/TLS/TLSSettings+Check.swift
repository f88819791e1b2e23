import CMicrohttpd

extension TLSSettings {
    /// Throws, with a sentence, if a server could not be started with these settings: libmicrohttpd itself would say
    /// only that it did not start.
    package func check() throws(HTTPServerError) {
        let all = Version.allCases
        if let first = all.firstIndex(of: minimumVersion), let last = all.firstIndex(of: maximumVersion), first > last {
            throw .tls(
                "the lowest version, \(minimumVersion.rawValue), is above the highest, \(maximumVersion.rawValue)")
        }
        let priorities = cmhd_check_priorities(self.priorities)
        guard priorities >= 0 else { throw .tls("GnuTLS refuses these versions: \(Self.message(priorities))") }
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

    private static func message(_ code: Int32) -> String {
        let text = String(cString: gnutls_strerror(code))
        return text.hasSuffix(".") ? String(text.dropLast()) : text
    }
}
