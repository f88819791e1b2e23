import Testing

@testable import Sidecar

@Suite("Web configurations")
struct WebConfigurationTests {
    private struct Missing: Error, CustomStringConvertible {
        let description = "there is no such file"
    }

    static let hash = "$2y$12$0123456789012345678901uPzWKjRo1jdr8qVqZIkGbQkcQPbbg5K"

    /// Reads `text` as `/etc/jobsweep/web.yml`; no other file is there.
    private func read(_ text: String) throws -> WebConfiguration {
        try WebConfigurationReader.read("/etc/jobsweep/web.yml") { path in
            guard path == "/etc/jobsweep/web.yml" else { throw Missing() }
            return Array(text.utf8)
        }
    }

    @Test(arguments: ["", "# nothing\n", "basic_auth_users: {}\n", "http_server_config: {http2: false}\n"])
    func nothingToDo(text: String) throws {
        #expect(try read(text) == WebConfiguration())
    }

    @Test func usersAndHeaders() throws {
        let configuration = try read(
            """
            basic_auth_users:
              bob: \(Self.hash)
              'eve lyn': "\(Self.hash)"
            http_server_config:
              http2: true
              headers:
                x-frame-options: deny
                Strict-Transport-Security: max-age=3600
            """)
        #expect(configuration.users.keys.sorted() == ["bob", "eve lyn"])
        #expect(configuration.headers["X-Frame-Options"] == "deny")
        #expect(configuration.headers["Strict-Transport-Security"] == "max-age=3600")
        #expect(configuration.notices == ["http_server_config.http2: this server speaks HTTP/1.1 alone"])
        #expect(configuration.knowsUsers)
    }

    @Test(arguments: [
        ("tls: {}", "1: tls: unknown key; known here: tls_server_config, http_server_config, basic_auth_users"),
        ("tls_server_conf: {}", "1: tls_server_conf: unknown key; did you mean 'tls_server_config'?"),
        ("- a", "1: the web configuration must be a map, not a list"),
        ("basic_auth_users: [bob]", "1: basic_auth_users must be a map, not a list"),
        (
            "basic_auth_users:\n  bob: secret",
            "2: basic_auth_users.bob: is not a bcrypt hash; `jobsweep hash-password` makes one"
        ),
        (
            "basic_auth_users:\n  bob: $2b$31$0123456789012345678901uPzWKjRo1jdr8qVqZIkGbQkcQPbbg5K",
            "2: basic_auth_users.bob: the hash's cost of 31 would make each check of a password take too long; it may be 4 to 16; `jobsweep hash-password` makes one"
        ),
        ("basic_auth_users:\n  bob:", "2: basic_auth_users.bob: must be a text, not empty"),
        ("basic_auth_users:\n  bob: [a]", "2: basic_auth_users.bob: must be a text, not a list"),
        (
            "basic_auth_users:\n  'a:b': \(hash)",
            "2: basic_auth_users: 'a:b' is no user name: it is empty or has a colon in it"
        ),
        (
            "basic_auth_users:\n  '': \(hash)",
            "2: basic_auth_users: '' is no user name: it is empty or has a colon in it"
        ),
        ("basic_auth_users: {a: \(hash), a: \(hash)}", "1: a: the key is there twice"),
        (
            "http_server_config: {http2: yes please}",
            "1: http_server_config.http2: must be true or false, not 'yes please'"
        ),
        ("http_server_config: {http3: true}", "1: http_server_config.http3: unknown key; did you mean 'http2'?"),
        (
            "http_server_config: {rate_limit: {burst: 1}}",
            "1: http_server_config.rate_limit: this server can't honour it; remove it"
        ),
        ("http_server_config: {headers: {X-Powered-By: me}}", nil),
        (
            "http_server_config: {headers: {X-Frame-Options: allow}}",
            "1: http_server_config.headers.X-Frame-Options: 'allow' is not allowed; write deny or sameorigin"
        ),
        (
            "http_server_config: {headers: {X-Content-Type-Options: sniff}}",
            "1: http_server_config.headers.X-Content-Type-Options: 'sniff' is not allowed; write nosniff"
        ),
        (
            "http_server_config: {headers: {Content-Security-Policy: \"a\\nb\"}}",
            "1: http_server_config.headers.Content-Security-Policy: a header's value is one line"
        ),
        ("http_server_config: 7", "1: http_server_config must be a map, not '7'"),
        ("tls_server_config: {}", "1: tls_server_config: cert_file is missing"),
        ("tls_server_config: {cert: x}", "1: tls_server_config: key_file is missing"),
        ("tls_server_config: {cert_file: ''}", "1: tls_server_config.cert_file: is empty; write the path of a file"),
        (
            "tls_server_config: {cert_file: server.crt}",
            "1: tls_server_config.cert_file: /etc/jobsweep/server.crt can't be read: there is no such file"
        ),
        (
            "tls_server_config: {key_file: /keys/server.key}",
            "1: tls_server_config.key_file: /keys/server.key can't be read: there is no such file"
        ),
        (
            "tls_server_config: {client_ca_file: ../ca.crt}",
            "1: tls_server_config.client_ca_file: /etc/jobsweep/../ca.crt can't be read: there is no such file"
        ),
        (
            "tls_server_config: {cert: x, key: y, client_ca: z}",
            "1: tls_server_config: client_ca_file needs a client_auth_type, for example RequireAndVerifyClientCert or"
                + " VerifyClientCertIfGiven"
        ),
        (
            "tls_server_config: {min_version: TLS14}",
            "1: tls_server_config.min_version: 'TLS14' is unknown; write one of TLS10, TLS11, TLS12, TLS13"
        ),
        (
            "tls_server_config: {max_version: '1.3'}",
            "1: tls_server_config.max_version: '1.3' is unknown; write one of TLS10, TLS11, TLS12, TLS13"
        ),
        ("tls_server_config: {client_auth_type: Required}", nil),
        (
            "tls_server_config: {cipher_suites: TLS_AES_128_GCM_SHA256}",
            "1: tls_server_config.cipher_suites: must be a list, not 'TLS_AES_128_GCM_SHA256'"
        ),
        (
            "tls_server_config: {curve_preferences: [x25519]}",
            "1: tls_server_config.curve_preferences: 'x25519' is unknown; write some of X25519, CurveP256, CurveP384, CurveP521"
        ),
        (
            "tls_server_config: {client_allowed_sans: [a]}",
            "1: tls_server_config.client_allowed_sans: this server can't honour it, and leaving it out would be less safe;"
                + " remove it"
        ),
        ("tls_server_config: {cert_fil: a}", "1: tls_server_config.cert_fil: unknown key; did you mean 'cert_file'?"),
        ("tls_server_config: {cert: [a]}", "1: tls_server_config.cert: must be a text, not a list"),
        ("tls_server_config: {cert: x, key: y}", nil),
        ("tls_server_config: [a]", "1: tls_server_config must be a map, not a list"),
        ("a: b: c", nil),
        ("a: &x {}\nb: *x", nil),
    ])
    func wrong(text: String, message: String?) {
        do {
            let configuration = try read(text)
            Issue.record("was taken: \(configuration)")
        } catch {
            let said = "\(error)"
            #expect(said.hasPrefix("/etc/jobsweep/web.yml:"), "\(said)")
            if let message {
                #expect(said.split(separator: "\n").first.map(String.init) == "/etc/jobsweep/web.yml:\(message)")
            }
        }
    }

    @Test func everyMistakeIsNamed() {
        #expect(
            throws: WebConfigurationError(problems: [
                "/etc/jobsweep/web.yml:2: basic_auth_users.bob: is not a bcrypt hash; `jobsweep hash-password` makes one",
                "/etc/jobsweep/web.yml:3: tls: unknown key; known here: tls_server_config, http_server_config,"
                    + " basic_auth_users",
            ])
        ) { try read("basic_auth_users:\n  bob: x\ntls: 1\n") }
    }

    @Test func aFileThatIsNotThere() {
        #expect(throws: WebConfigurationError(problems: ["/no/web.yml: can't be read: there is no such file"])) {
            try WebConfigurationReader.read("/no/web.yml") { _ in throw Missing() }
        }
    }
}
