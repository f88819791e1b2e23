import HTTPServer
import Testing

@testable import Sidecar

@Suite("Protection that a reload would take away")
struct LostProtectionTests {
    static let open = WebConfiguration()
    static let users: WebConfiguration = with { $0.users = ["bob": hash, "ann": hash] }
    static let tls: WebConfiguration = with { $0.tls = settings(.none) }
    static let renewed: WebConfiguration = with { $0.tls = settings(.none, certificate: "renewed") }
    static let both: WebConfiguration = with {
        $0.users = ["bob": hash]
        $0.tls = settings(.none)
    }
    static let clients: WebConfiguration = with { $0.tls = settings(.requireAndVerify) }
    static let bothAndClients: WebConfiguration = with {
        $0.users = ["bob": hash]
        $0.tls = settings(.requireAndVerify)
    }

    private static var hash: BcryptHash {
        guard let hash = BcryptHash("$2y$12$0123456789012345678901uPzWKjRo1jdr8qVqZIkGbQkcQPbbg5K") else {
            preconditionFailure("this is a hash")
        }
        return hash
    }

    private static func settings(
        _ authentication: TLSSettings.ClientAuthentication, certificate: String = "first"
    ) -> TLSSettings {
        TLSSettings(certificate: certificate, privateKey: "k", clientCA: "a", clientAuthentication: authentication)
    }

    private static func with(_ change: (inout WebConfiguration) -> Void) -> WebConfiguration {
        var configuration = WebConfiguration()
        change(&configuration)
        return configuration
    }

    static let noTLS = "without tls_server_config a reload would turn TLS off; put it back, or restart if that is meant"
    static let noUsers =
        "without basic_auth_users a reload would let everybody in; put it back, or restart if that is meant"
    static let noneOfBoth =
        "without tls_server_config and basic_auth_users a reload would turn TLS off and let everybody in; put them back, or "
        + "restart if that is meant"
    static let noCertificates =
        "without client_auth_type: RequireAndVerifyClientCert a reload would let everybody in; put it back, or restart if that "
        + "is meant"

    static let losses: [(WebConfiguration, WebConfiguration, String)] = [
        (tls, open, noTLS), (both, users, noTLS), (users, open, noUsers), (both, tls, noUsers),
        (bothAndClients, clients, noUsers), (both, open, noneOfBoth), (bothAndClients, open, noneOfBoth),
        (users, tls, noUsers), (tls, users, noTLS), (clients, users, noTLS), (clients, tls, noCertificates),
        (
            clients, open,
            "without tls_server_config and client_auth_type: RequireAndVerifyClientCert a reload would turn TLS off and let "
                + "everybody in; put them back, or restart if that is meant"
        ),
    ]

    @Test("it is named, with what to do", arguments: losses)
    func named(_ current: WebConfiguration, _ fresh: WebConfiguration, _ message: String) {
        #expect(fresh.lostProtection(since: current) == message)
    }

    static let gains: [(WebConfiguration, WebConfiguration)] = [
        (open, open), (open, users), (open, tls), (open, bothAndClients), (users, users), (users, both), (tls, both),
        (tls, clients), (both, both), (clients, both), (clients, bothAndClients), (bothAndClients, both),
        (users, with { $0.users = ["eve": hash] }), (tls, renewed),
        (users, with { $0.users = ["bob": hash] }),
    ]

    @Test("what adds to it, or keeps some of its kind, is fine", arguments: gains)
    func kept(_ current: WebConfiguration, _ fresh: WebConfiguration) {
        #expect(fresh.lostProtection(since: current) == nil)
    }
}
