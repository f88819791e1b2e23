import Foundation
import TestTools

@testable import HTTPServer

/// Certificates that `openssl` makes for the tests: an authority, two servers and a client that it has signed, and a
/// client that it has not.
struct TestCertificates {
    struct Failed: Error {
        let output: String
    }

    let directory: URL

    /// Made once for all tests.
    static let shared = Result { try TestCertificates() }

    private init() throws {
        directory = FileManager.default.temporaryDirectory.appending(path: "jobsweep-tls-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        try selfSigned("ca")
        try selfSigned("alien")
        for name in ["one", "two", "client", "rsa"] {
            let key = name == "rsa" ? ["rsa:2048"] : ["ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
            try openssl(["req", "-newkey"] + key + ["-nodes"] + files(name, "csr"))
            let usage = name == "client" ? "clientAuth" : "serverAuth"
            try "subjectAltName=DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=\(usage)\n".write(
                to: directory.appending(path: "\(name).ext"), atomically: true, encoding: .utf8)
            try openssl([
                "x509", "-req", "-in", "\(name).csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days",
                "30", "-extfile", "\(name).ext", "-out", "\(name).pem",
            ])
        }
    }

    func text(_ name: String) -> String {
        (try? String(contentsOf: directory.appending(path: name), encoding: .utf8)) ?? ""
    }

    /// Settings with the certificate of that name.
    func settings(
        _ name: String = "one", _ authentication: TLSSettings.ClientAuthentication = .none,
        minimum: TLSSettings.Version = .tls12
    ) -> TLSSettings {
        TLSSettings(
            certificate: text("\(name).pem"), privateKey: text("\(name).key"), clientCA: text("ca.pem"),
            clientAuthentication: authentication, minimumVersion: minimum)
    }

    private func selfSigned(_ name: String) throws {
        try openssl(
            ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30"]
                + files(name, "pem"))
    }

    private func files(_ name: String, _ kind: String) -> [String] {
        ["-subj", "/CN=\(name)", "-keyout", "\(name).key", "-out", "\(name).\(kind)"]
    }

    private func openssl(_ arguments: [String]) throws {
        let result = try Tool.run(["openssl"] + arguments, in: directory)
        guard result.status == 0 else { throw Failed(output: result.errors) }
    }
}
