import CMicrohttpd

/// TLS settings in the form that sessions use: every connection keeps the ones that it began with, whatever a reload brings.
final class TLSContext: @unchecked Sendable {
    // Safe to share: GnuTLS allows sessions of many threads to use credentials that nobody changes, and nothing does after init.
    private let credentials: gnutls_certificate_credentials_t
    private let priorities: gnutls_priority_t
    private let authentication: TLSSettings.ClientAuthentication

    init(_ settings: TLSSettings) throws(HTTPServerError) {
        try settings.check()
        var credentials: gnutls_certificate_credentials_t?
        var priorities: gnutls_priority_t?
        guard cmhd_make_credentials(settings.certificate, settings.privateKey, settings.clientCA, &credentials) == 0,
            let credentials
        else { throw .tls("GnuTLS refuses the certificates, which it took before") }
        guard gnutls_priority_init(&priorities, settings.priorities, nil) == 0, let priorities else {
            gnutls_certificate_free_credentials(credentials)
            throw .tls("GnuTLS refuses the settings, which it took before")
        }
        self.credentials = credentials
        self.priorities = priorities
        authentication = settings.clientAuthentication
    }

    deinit {
        gnutls_priority_deinit(priorities)
        gnutls_certificate_free_credentials(credentials)
    }

    /// Prepares a session that hasn't begun. The context must outlive it. False where GnuTLS has no memory left.
    func apply(to session: gnutls_session_t) -> Bool {
        guard cmhd_use_credentials(session, credentials, priorities) == 0 else { return false }
        if authentication != .none {
            cmhd_request_certificate(session, authentication.isRequired ? 1 : 0, authentication.isVerified ? 1 : 0)
        }
        return true
    }

    /// The name in the client's certificate; nil without one, and where it was not checked.
    func clientCertificate(_ native: OpaquePointer) -> String? {
        guard authentication.isVerified, let session = cmhd_session(native) else { return nil }
        var name = [CChar](repeating: 0, count: 1024)
        let count = cmhd_client_name(session, &name, name.count)
        guard count >= 0 else { return nil }
        return String(decoding: name.prefix(Int(count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
