import Testing

@testable import HTTPServer

/// What can be said of the certificates that a server shows.
@Suite struct CertificateChainTests {
    private static let day: Int64 = 86_400

    private func chain(_ names: String...) throws -> CertificateChain {
        let certificates = try TestCertificates.shared.get()
        return try #require(CertificateChain(names.map { certificates.text("\($0).pem") }.joined()))
    }

    @Test func aGoodOneHasNothingToBeSaid() throws {
        let chain = try chain("one", "ca")
        #expect(chain.certificates.map(\.subject) == ["CN=one", "CN=ca"])
        let begin = try #require(chain.certificates.map(\.validFrom).max())
        #expect(chain.certificates.allSatisfy { $0.validUntil - $0.validFrom == 30 * Self.day })
        #expect(chain.problems(at: begin + 1) == [])
        #expect(chain.advice(at: begin + 1) == [])
        #expect(chain.expiry == chain.certificates.map(\.validUntil).min())
    }

    @Test func datesAreTold() throws {
        let chain = try chain("one")
        let (begin, end) = (chain.certificates[0].validFrom, chain.certificates[0].validUntil)
        #expect(chain.problems(at: begin) == [])
        #expect(chain.problems(at: end) == [])
        #expect(chain.problems(at: end + 1).count == 1)
        #expect(chain.problems(at: end + 1)[0].hasPrefix("the certificate of CN=one expired on 20"))
        #expect(chain.problems(at: begin - 1)[0].hasPrefix("the certificate of CN=one is not valid before 20"))
        #expect(chain.advice(at: end - 14 * Self.day) == [])
        #expect(chain.advice(at: end - 14 * Self.day + 1)[0].hasPrefix("the certificate of CN=one expires on 20"))
        #expect(chain.advice(at: end + 1) == [])
    }

    @Test(arguments: [["one", "alien"], ["one", "two"], ["ca", "one"], ["one", "ca", "two"]])
    func anIssuerThatIsNoneIsNamed(names: [String]) throws {
        let certificates = try TestCertificates.shared.get()
        let chain = try #require(CertificateChain(names.map { certificates.text("\($0).pem") }.joined()))
        let problems = chain.problems(at: chain.certificates[0].validFrom + 1)
        #expect(problems.count == 1)
        let wrong = names.count == 3 ? 1 : 0
        let expected =
            "the certificate of CN=\(names[wrong]) was not issued by the one behind it, CN=\(names[wrong + 1]);"
        #expect(problems.first?.hasPrefix(expected) == true, "\(problems)")
    }

    @Test func whatIsNoCertificateIsNone() {
        #expect(CertificateChain("") == nil)
        #expect(CertificateChain("nonsense") == nil)
    }
}
