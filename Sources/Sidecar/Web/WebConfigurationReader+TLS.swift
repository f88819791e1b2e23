import HTTPServer

/// The section `tls_server_config`.
extension WebConfigurationReader {
    /// Its values while it is being read.
    private struct TLSOptions {
        static let keys = [
            "cert_file", "key_file", "cert", "key", "client_ca_file", "client_ca", "client_auth_type",
            "client_allowed_sans", "min_version", "max_version", "cipher_suites", "curve_preferences",
            "prefer_server_cipher_suites",
        ]

        var certificate: String?
        var key: String?
        var clientCA: String?
        var authentication = TLSSettings.ClientAuthentication.none
        var minimum = TLSSettings.Version.tls12
        var maximum = TLSSettings.Version.tls13
        var suites: [TLSCipherSuite]?
        var curves: [TLSCurve]?
        var prefersServerSuites = true
    }

    mutating func readTLS(_ section: RawEntry) {
        var options = TLSOptions()
        for entry in entries(section.value, section.key) {
            let name = "\(section.key).\(entry.key)"
            switch entry.key {
            case "cert_file": options.certificate = contents(entry, name) ?? options.certificate
            case "cert": options.certificate = inline(entry, name, besides: options.certificate)
            case "key_file": options.key = contents(entry, name) ?? options.key
            case "key": options.key = inline(entry, name, besides: options.key)
            case "client_ca_file": options.clientCA = contents(entry, name) ?? options.clientCA
            case "client_ca": options.clientCA = inline(entry, name, besides: options.clientCA)
            case "client_auth_type": options.authentication = choice(entry, name) ?? options.authentication
            case "min_version": options.minimum = choice(entry, name) ?? options.minimum
            case "max_version": options.maximum = choice(entry, name) ?? options.maximum
            case "cipher_suites": options.suites = choices(entry, name)
            case "curve_preferences": options.curves = choices(entry, name)
            case "prefer_server_cipher_suites":
                options.prefersServerSuites = truth(entry, name) ?? options.prefersServerSuites
            case "client_allowed_sans":
                note(
                    entry.line, "\(name): this server can't honour it, and leaving it out would be less safe; remove it"
                )
            default: unknown(entry, in: section.key, among: TLSOptions.keys)
            }
        }
        finishTLS(options, section)
    }

    private mutating func finishTLS(_ options: TLSOptions, _ section: RawEntry) {
        guard problems.isEmpty else { return }
        guard let certificate = options.certificate else {
            return note(section.line, "\(section.key): cert_file is missing")
        }
        guard let key = options.key else { return note(section.line, "\(section.key): key_file is missing") }
        if options.clientCA != nil, options.authentication == .none {
            let types = [TLSSettings.ClientAuthentication.requireAndVerify, .verifyIfGiven].map(\.rawValue)
            return note(
                section.line,
                "\(section.key): client_ca_file needs a client_auth_type, for example \(types.joined(separator: " or "))"
            )
        }
        let settings = TLSSettings(
            certificate: certificate, privateKey: key, clientCA: options.clientCA,
            clientAuthentication: options.authentication, minimumVersion: options.minimum,
            maximumVersion: options.maximum, cipherSuites: options.suites, curves: options.curves,
            prefersServerSuites: options.prefersServerSuites)
        do throws(HTTPServerError) {
            try settings.check()
            result.tls = settings
            result.chain = CertificateChain(certificate)
        } catch {
            note(section.line, "\(section.key): \(error)")
        }
    }

    /// Several of the words that are known. An empty list is the default, as in the toolkit.
    private mutating func choices<Choice: RawRepresentable & CaseIterable>(_ entry: RawEntry, _ name: String)
        -> [Choice]?
    where Choice.RawValue == String {
        let nodes: [RawNode]
        switch entry.value.content {
        case .list(let list): nodes = list
        case .refused: return nil
        default:
            if !entry.value.isNull { note(entry.line, "\(name): must be a list, not \(entry.value.found)") }
            return nil
        }
        var chosen: [Choice] = []
        for node in nodes {
            guard case .scalar(let scalar) = node.content, let choice = Choice(rawValue: scalar.text) else {
                let shown = if case .scalar(let scalar) = node.content { "'\(scalar.text)'" } else { node.found }
                let allowed = Choice.allCases.map(\.rawValue).joined(separator: ", ")
                note(node.line, "\(name): \(shown) is unknown; write some of \(allowed)")
                continue
            }
            chosen.append(choice)
        }
        return chosen.isEmpty ? nil : chosen
    }

    private mutating func truth(_ entry: RawEntry, _ name: String) -> Bool? {
        guard let text = scalar(entry, name) else { return nil }
        guard text == "true" || text == "false" else {
            note(entry.line, "\(name): must be true or false, not '\(text)'")
            return nil
        }
        return text == "true"
    }
}
