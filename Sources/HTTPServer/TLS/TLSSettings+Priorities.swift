import CMicrohttpd

extension TLSSettings {
    /// The versions allowed, lowest first; none where the lowest is above the highest.
    var versions: ArraySlice<Version> {
        let all = Version.allCases
        let (first, last) = (all.firstIndex(of: minimumVersion) ?? 0, all.firstIndex(of: maximumVersion) ?? 0)
        return first <= last ? all[first...last] : []
    }

    /// The suites that can be used with the certificate, best first.
    var usableSuites: [TLSCipherSuite] {
        let isRSA = cmhd_is_rsa(certificate) != 0
        // What TLS 1.0 and 1.1 have besides is worse.
        let old = versions.contains { $0 < .tls12 } ? TLSCipherSuite.allCases.filter(\.isCBC) : []
        return (cipherSuites ?? TLSCipherSuite.usual + old).filter { suite in
            switch suite.authentication {
            case .rsa: isRSA && minimumVersion < .tls13
            case .ecdsa: !isRSA && minimumVersion < .tls13
            case .any: true
            }
        }
    }

    /// All of it in GnuTLS' language (https://gnutls.org/manual/html_node/Priority-Strings.html). Of the system's own choice only the
    /// signatures are left.
    ///
    /// GnuTLS chooses cipher and key exchange each by itself. Since a certificate is of one kind, and each cipher here has one MAC, no
    /// suite comes of it that isn't in the list; but a cipher is taken under TLS 1.3 as it is under TLS 1.2.
    var priorities: String {
        let suites = usableSuites
        var words = ["NORMAL", "-VERS-ALL"] + versions.reversed().map { "+\($0.priorityName)" }
        words += ["-KX-ALL", "+ECDHE-ECDSA", "+ECDHE-RSA", "-CIPHER-ALL"]
        for name in suites.map(\.cipherName) where !words.contains("+\(name)") { words.append("+\(name)") }
        words += ["-MAC-ALL", "+AEAD"]
        if suites.contains(where: \.isCBC) { words.append("+SHA1") }
        words += ["-GROUP-ALL"] + (curves ?? TLSCurve.allCases).map { "+\($0.priorityName)" }
        if prefersServerSuites { words.append("%SERVER_PRECEDENCE") }
        return words.joined(separator: ":")
    }
}
