import TestTools
import Testing

@testable import HTTPServer

/// TLS with real clients: curl and openssl.
@Suite(.timeLimit(.minutes(10))) struct TLSTests {
    private static var router: Router {
        var router = Router.trial()
        router.get("/who") { request in
            .now(.text("\(request.clientCertificate ?? "nobody") \(request.listener.isTLS)\n"))
        }
        return router
    }

    private func curl(_ port: Int, _ arguments: String..., path: String = "/who") throws -> Tool.Result {
        let certificates = try TestCertificates.shared.get()
        return try Tool.run(
            ["curl", "-sS", "--max-time", "120", "--cacert", "ca.pem"] + arguments + [
                "https://localhost:\(port)\(path)"
            ],
            in: certificates.directory)
    }

    @Test func requestsKnowThatTheyCameByTLS() async throws {
        let settings = try TestCertificates.shared.get().settings()
        try await withServer(Self.router, change: { $0.tls = settings }) { _, address in
            try #expect(curl(address.port).output == "nobody true\n")
            let plain = try RawClient(address)
            plain.send(get("/hello"))
            plain.endSending()
            #expect(plain.response() == nil)
        }
    }

    @Test(arguments: [
        (TLSSettings.Version.tls12, "1.1", false), (.tls12, "1.2", true), (.tls12, "1.3", true), (.tls13, "1.2", false),
        (.tls13, "1.3", true),
    ])
    func versionsBelowTheFloorAreRefused(minimum: TLSSettings.Version, client: String, accepted: Bool) async throws {
        let settings = try TestCertificates.shared.get().settings(minimum: minimum)
        try await withServer(Self.router, change: { $0.tls = settings }) { _, address in
            let result = try curl(address.port, "--tls-max", client, "--tlsv1.0", "--ciphers", "DEFAULT@SECLEVEL=0")
            #expect((result.status == 0) == accepted, "\(result.errors)")
            #expect(result.output == (accepted ? "nobody true\n" : ""))
        }
    }

    /// What a client gets that shows no certificate, one that the authority signed, and one that it did not.
    @Test(
        arguments: [
            (TLSSettings.ClientAuthentication.none, ["nobody", "nobody", "nobody"]),
            (.request, ["nobody", "nobody", "nobody"]), (.requireAny, [nil, "nobody", "nobody"]),
            (.verifyIfGiven, ["nobody", "CN=client", nil]), (.requireAndVerify, [nil, "CN=client", nil]),
        ] as [(TLSSettings.ClientAuthentication, [String?])])
    func clientsShowTheCertificatesThatAreWanted(
        authentication: TLSSettings.ClientAuthentication, expected: [String?]
    ) async throws {
        let settings = try TestCertificates.shared.get().settings("one", authentication)
        try await withServer(Self.router, change: { $0.tls = settings }) { _, address in
            for version in ["1.2", "1.3"] {
                let none = try curl(address.port, "--tls-max", version)
                let signed = try curl(
                    address.port, "--tls-max", version, "--cert", "client.pem", "--key", "client.key")
                let alien = try curl(address.port, "--tls-max", version, "--cert", "alien.pem", "--key", "alien.key")
                let outputs = [none, signed, alien].map { $0.status == 0 ? $0.output : nil }
                #expect(outputs == expected.map { $0.map { "\($0) true\n" } })
                if expected[2] == nil { #expect(alien.errors.contains("alert bad certificate")) }
            }
        }
    }

    @Test func aServersCertificateIsNoClients() async throws {
        let settings = try TestCertificates.shared.get().settings("one", .requireAndVerify)
        try await withServer(Self.router, change: { $0.tls = settings }) { _, address in
            try #expect(curl(address.port, "--cert", "two.pem", "--key", "two.key").status != 0)
        }
    }

    @Test func aReloadIsForNewConnectionsAndOpenOnesGoOn() async throws {
        let certificates = try TestCertificates.shared.get()
        try await withServer(Self.router, change: { $0.tls = certificates.settings("one") }) { server, address in
            let open = try RunningTool(
                ["openssl", "s_client", "-connect", "127.0.0.1:\(address.port)", "-quiet", "-no_ign_eof"],
                in: certificates.directory)
            open.write(get("/hello"))
            #expect(open.output(through: "hello\n")?.hasPrefix("HTTP/1.1 200 OK\r\n") == true)

            try server.reload(tls: certificates.settings("two"))
            try server.reload(tls: certificates.settings("two"))
            let result = try curl(address.port, "-v")
            #expect(result.errors.contains("subject: CN=two"))
            #expect(result.output == "nobody true\n")

            open.write(get("/hello"))
            #expect(open.output(through: "hello\n")?.hasPrefix("HTTP/1.1 200 OK\r\n") == true)
            _ = open.finish()
        }
    }

    @Test func aReloadMayTurnTLSOnAndOff() async throws {
        let certificates = try TestCertificates.shared.get()
        try await withServer(Self.router) { server, address in
            try server.reload(tls: certificates.settings())
            try #expect(curl(address.port).output == "nobody true\n")
            try server.reload(tls: nil)
            let plain = try RawClient(address)
            plain.send(get("/who"))
            #expect(plain.response()?.bodyText == "nobody false\n")
        }
    }

    @Test func settingsThatCannotBeUsedSayWhyAndChangeNothing() async throws {
        let certificates = try TestCertificates.shared.get()
        let good = certificates.settings()
        let encrypted = try Tool.run(
            ["openssl", "pkcs8", "-topk8", "-in", "one.key", "-passout", "pass:secret"], in: certificates.directory
        ).output
        var table: [(settings: TLSSettings, description: String)] = []
        func add(_ description: String, _ change: (inout TLSSettings) -> Void) {
            var settings = good
            change(&settings)
            table.append((settings, "TLS cannot be set up: \(description)"))
        }
        add("the certificate cannot be read as PEM (No certificate was found)") { $0.certificate = "" }
        add("the certificate cannot be read as PEM (No certificate was found)") { $0.certificate = "nonsense" }
        add("the private key cannot be read as PEM without a password (The requested data were not available)") {
            $0.privateKey = "nonsense"
        }
        add("the private key cannot be read as PEM without a password (Decryption has failed)") {
            $0.privateKey = encrypted
        }
        add(
            "the certificate and the private key cannot be used together (The certificate and the given key do not match)"
        ) {
            $0.privateKey = certificates.text("two.key")
        }
        add("a certificate or key has a NUL byte in it, which PEM has not") { $0.privateKey += "\0" }
        add("the client authorities cannot be read as PEM (there is none)") { $0.clientCA = "nonsense" }
        add("VerifyClientCertIfGiven needs the authorities that clients' certificates come from") {
            $0.clientCA = nil
            $0.clientAuthentication = .verifyIfGiven
        }
        add("the lowest version, TLS13, is above the highest, TLS12") {
            $0.minimumVersion = .tls13
            $0.maximumVersion = .tls12
        }
        try await withServer(Self.router, change: { $0.tls = good }) { [table] server, address in
            for row in table {
                #expect(throws: HTTPServerError(code: 0, description: row.description)) {
                    try server.reload(tls: row.settings)
                }
            }
            try #expect(curl(address.port).output == "nobody true\n")
        }
        let bad = table[0]
        var configuration = HTTPServerConfiguration(listeners: [])
        configuration.tls = bad.settings
        let server = HTTPServer(configuration, responder: Self.router)
        #expect(throws: HTTPServerError(code: 0, description: bad.description)) { try server.start() }
    }

    @Test func aClientThatStopsInTheHandshakeIsWaitedForWithoutWork() async throws {
        let settings = try TestCertificates.shared.get().settings()
        let change = { (configuration: inout HTTPServerConfiguration) in
            configuration.tls = settings
            configuration.headerTimeout = .seconds(1)
        }
        try await withServer(Self.router, change: change) { server, address in
            let client = try RawClient(address)
            // The beginning of a ClientHello.
            client.send([0x16, 3, 1, 1, 0, 1, 0, 0, 0xFC, 3, 3])
            let core = try #require(server.core)
            try await eventually { core.parkedHandshakes > 0 }
            #expect(core.parkedHandshakes == 1)
            try #expect(curl(address.port).output == "nobody true\n")
            // The limit for headers counts from the start of the connection.
            #expect(client.everything() == [])
            try await eventually { server.openConnections == 0 }
            #expect(server.openConnections == 0)
            #expect(core.parkedHandshakes == 0)
        }
    }

    @Test func aStopEndsConnectionsThatAreInTheHandshake() async throws {
        let settings = try TestCertificates.shared.get().settings()
        try await withServer(Self.router, change: { $0.tls = settings }) { server, address in
            let client = try RawClient(address)
            client.send([0x16, 3, 1, 1, 0, 1])
            let core = try #require(server.core)
            try await eventually { core.parkedHandshakes > 0 }
            await server.stop(drain: .zero)
            #expect(client.everything() == [])
        }
    }

    @Test func bodiesThatAreTooLongAreRefusedHereToo() async throws {
        let settings = try TestCertificates.shared.get().settings()
        let body = String(repeating: "x", count: 200_000)
        try await withServer(Self.router, change: { $0.tls = settings }) { _, address in
            for header in ["Expect:", "Transfer-Encoding: chunked"] {
                let arguments = ["-H", header, "-d", "@-", "https://localhost:\(address.port)/echo"]
                let result = try Tool.run(
                    ["curl", "-sS", "--max-time", "120", "--cacert", "ca.pem"] + arguments, input: body,
                    in: try TestCertificates.shared.get().directory)
                #expect(result.output == "{\"detail\": \"the request's body is longer than 65536 bytes\"}")
            }
        }
    }

    @Test func streamsComeThrough() async throws {
        let settings = try TestCertificates.shared.get().settings()
        var router = Self.router
        router.get("/events") { _ in
            let stream = ResponseStream()
            Task {
                for number in 1...3 { stream.write(ServerSentEvent(data: "\(number)").bytes) }
                stream.finish()
            }
            return .now(.events(stream))
        }
        try await withServer(router, change: { $0.tls = settings }) { _, address in
            for version in ["--http1.1", "--http1.0"] {
                let result = try curl(address.port, version, path: "/events")
                #expect(result.output == "data: 1\n\ndata: 2\n\ndata: 3\n\n")
            }
        }
    }
}
