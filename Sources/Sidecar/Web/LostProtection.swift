import HTTPServer

extension WebConfiguration {
    /// What stands between strangers and this server under `current` and would be gone with these settings, as one sentence; nil
    /// when nothing is.
    ///
    /// A file that was emptied by mistake, or is read while it is half written, mustn't open what is closed. So protection is only
    /// taken away by a restart, which somebody watches.
    func lostProtection(since current: WebConfiguration) -> String? {
        var lost: [(section: String, consequence: String)] = []
        if current.tls != nil, tls == nil {
            lost.append(("tls_server_config", "turn TLS off"))
        }
        if !current.users.isEmpty, users.isEmpty {
            lost.append(("basic_auth_users", "let everybody in"))
        } else if current.knowsUsers, !knowsUsers {
            let needed = TLSSettings.ClientAuthentication.requireAndVerify.rawValue
            lost.append(("client_auth_type: \(needed)", "let everybody in"))
        }
        guard !lost.isEmpty else { return nil }
        let sections = lost.map(\.section).joined(separator: " and ")
        let consequences = lost.map(\.consequence).joined(separator: " and ")
        return
            "without \(sections) a reload would \(consequences); put \(lost.count == 1 ? "it" : "them") back, or restart if that is meant"
    }
}
