import TestTools
import Testing

@testable import HTTPServer

/// Which cipher suites and curves are taken.
@Suite(.timeLimit(.minutes(10))) struct TLSSuitesTests {
    /// The suite of a connection that `openssl` makes with these arguments; nil where it is refused.
    private func suite(_ settings: TLSSettings, _ arguments: String...) async throws -> String? {
        try await withServer(.trial(), change: { $0.tls = settings }) { _, address in
            let result = try Tool.run(
                ["openssl", "s_client", "-connect", "127.0.0.1:\(address.port)"] + arguments, input: "",
                in: TestCertificates.shared.get().directory)
            let line = result.output.split(separator: "\n").first { $0.contains(", Cipher is ") }
            let name = line.flatMap { $0.split(separator: " ").last.map(String.init) }
            return name == "(NONE)" ? nil : name
        }
    }

    @Test(
        arguments: [
            ("AES128-GCM-SHA256", nil), ("AES256-SHA", nil), ("ECDHE-RSA-AES128-SHA", nil),
            ("ECDHE-RSA-AES256-SHA384", nil), ("DHE-RSA-AES128-GCM-SHA256", nil),
            ("ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-RSA-AES128-GCM-SHA256"),
            ("ECDHE-RSA-AES256-GCM-SHA384", "ECDHE-RSA-AES256-GCM-SHA384"),
            ("ECDHE-RSA-CHACHA20-POLY1305", "ECDHE-RSA-CHACHA20-POLY1305"),
        ] as [(String, String?)])
    func withoutMoreTheOldOnesAreRefused(offered: String, taken: String?) async throws {
        let settings = try TestCertificates.shared.get().settings("rsa")
        try #expect(
            await suite(settings, "-tls1_2", "-cipher", "\(offered):@SECLEVEL=0") == taken)
    }

    @Test func onlyTheListIsTaken() async throws {
        var settings = try TestCertificates.shared.get().settings("rsa")
        settings.cipherSuites = [.rsaAES256CBC, .rsaAES256GCM, .ecdsaChacha]
        try #expect(await suite(settings, "-tls1_2", "-cipher", "ECDHE-RSA-AES128-GCM-SHA256") == nil)
        try #expect(await suite(settings, "-tls1_2", "-cipher", "ECDHE-RSA-CHACHA20-POLY1305") == nil)
        try #expect(
            await suite(settings, "-tls1_2", "-cipher", "ECDHE-RSA-AES256-GCM-SHA384") == "ECDHE-RSA-AES256-GCM-SHA384")
        // The server's order counts, unless the client's is to.
        let both = "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-SHA"
        try #expect(await suite(settings, "-tls1_2", "-cipher", both) == "ECDHE-RSA-AES256-SHA")
        settings.prefersServerSuites = false
        try #expect(await suite(settings, "-tls1_2", "-cipher", both) == "ECDHE-RSA-AES256-GCM-SHA384")
        try #expect(await suite(settings, "-tls1_3") == "TLS_AES_256_GCM_SHA384")
        try #expect(await suite(settings, "-tls1_3", "-ciphersuites", "TLS_AES_128_GCM_SHA256") == nil)
    }

    @Test func onlyTheCurvesNamedAreTaken() async throws {
        var settings = try TestCertificates.shared.get().settings("rsa")
        settings.curves = [.p384]
        try #expect(await suite(settings, "-curves", "P-256:X25519") == nil)
        try #expect(await suite(settings, "-curves", "P-256:P-384") == "TLS_AES_128_GCM_SHA256")
    }

    @Test func oldVersionsHaveTheirSuitesWhereTheyAreAskedFor() async throws {
        var settings = try TestCertificates.shared.get().settings("rsa")
        settings.minimumVersion = .tls10
        #expect(settings.priorities.contains("+AES-128-CBC"))
        settings.minimumVersion = .tls12
        #expect(
            settings.priorities
                == "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:-KX-ALL:+ECDHE-ECDSA:+ECDHE-RSA:-CIPHER-ALL:+AES-128-GCM"
                + ":+AES-256-GCM:+CHACHA20-POLY1305:-MAC-ALL:+AEAD:-GROUP-ALL:+GROUP-X25519:+GROUP-SECP256R1"
                + ":+GROUP-SECP384R1:+GROUP-SECP521R1:%SERVER_PRECEDENCE")
    }

    @Test func suitesThatCannotBeUsedAreNamed() throws {
        var settings = try TestCertificates.shared.get().settings("one")
        settings.maximumVersion = .tls12
        settings.cipherSuites = [.rsaAES128GCM, .aes128GCM13]
        let expected = HTTPServerError(
            code: 0,
            description: "TLS cannot be set up: none of the cipher suites can be used with these versions, curves and a"
                + " certificate of the kind ECDSA")
        #expect(throws: expected) { try settings.check() }
        settings.cipherSuites = [.ecdsaAES128GCM]
        try settings.check()
    }
}
