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
        let result = cmhd_check_certificate(certificate, privateKey)
        guard result >= 0 else {
            throw .tls("the certificate and its key cannot be used: \(Self.message(result))")
        }
        if let clientCA {
            let count = cmhd_count_authorities(clientCA)
            guard count > 0 else {
                throw .tls(
                    "the client authorities cannot be used: \(count == 0 ? "there is none" : Self.message(count))")
            }
        } else if clientAuthentication.isVerified {
            throw .tls("\(clientAuthentication.rawValue) needs the authorities that clients' certificates come from")
        }
    }

    private static func message(_ code: Int32) -> String {
        String(cString: gnutls_strerror(code))
    }
}
