import CMicrohttpd
import Glibc

/// The certificates that a server shows, as far as their dates and their order can be judged without knowing whom clients trust.
package struct CertificateChain: Sendable, Equatable {
    package struct Certificate: Sendable, Equatable {
        /// Its distinguished name (RFC 4514).
        package let subject: String
        /// Unix time, in seconds.
        package let validFrom: Int64
        package let validUntil: Int64
        /// Whether the next one issued it; true for the last.
        let leadsOn: Bool
    }

    /// The server's own first; never empty.
    package let certificates: [Certificate]

    /// How long before the end it's time to think of the next, in seconds.
    package static let notice: Int64 = 14 * 86_400

    /// Nil where the text holds no certificates that can be read.
    ///
    /// - Parameter pem: without NUL.
    package init?(_ pem: String) {
        var list: UnsafeMutablePointer<gnutls_x509_crt_t?>?
        let count = Int(cmhd_read_chain(pem, &list))
        guard count > 0, let list else { return nil }
        defer { cmhd_free_chain(list, Int32(count)) }
        certificates = (0..<count).map { index in
            Certificate(
                subject: Self.subject(list[index]), validFrom: Int64(gnutls_x509_crt_get_activation_time(list[index])),
                validUntil: Int64(gnutls_x509_crt_get_expiration_time(list[index])),
                leadsOn: index + 1 == count || cmhd_is_issued_by(list[index], list[index + 1]) != 0)
        }
    }

    /// When the first of them expires, in Unix time: clients refuse the chain from then on.
    package var expiry: Int64 { certificates.map(\.validUntil).min() ?? 0 }

    /// Why clients refuse it at some moment (Unix time), a sentence each.
    package func problems(at now: Int64) -> [String] {
        certificates.enumerated().flatMap { index, certificate -> [String] in
            var problems: [String] = []
            if now > certificate.validUntil {
                problems.append("\(Self.name(certificate)) expired on \(Self.day(certificate.validUntil)); renew it")
            }
            if now < certificate.validFrom {
                problems.append(
                    "\(Self.name(certificate)) is not valid before \(Self.day(certificate.validFrom)); look at this machine's clock, or wait"
                )
            }
            if !certificate.leadsOn {
                problems.append(
                    "\(Self.name(certificate)) was not issued by the one behind it, \(certificates[index + 1].subject); the file takes the server's certificate, then its issuer's, and so on"
                )
            }
            return problems
        }
    }

    /// What is to be done soon, a sentence each.
    package func advice(at now: Int64) -> [String] {
        certificates.filter { now <= $0.validUntil && $0.validUntil - now < Self.notice }.map {
            "\(Self.name($0)) expires on \(Self.day($0.validUntil)); renew it"
        }
    }

    private static func name(_ certificate: Certificate) -> String { "the certificate of \(certificate.subject)" }

    /// Date and time in UTC.
    private static func day(_ time: Int64) -> String {
        var time = time_t(time)
        var parts = tm()
        gmtime_r(&time, &parts)
        var text = [CChar](repeating: 0, count: 40)
        let count = strftime(&text, text.count, "%Y-%m-%d %H:%M:%S UTC", &parts)
        return String(decoding: text.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private static func subject(_ certificate: gnutls_x509_crt_t?) -> String {
        var name = [CChar](repeating: 0, count: 1024)
        var count = name.count
        guard gnutls_x509_crt_get_dn(certificate, &name, &count) >= 0 else { return "(no name)" }
        return String(decoding: name.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
