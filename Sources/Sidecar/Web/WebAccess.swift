import HTTPServer
import Synchronization

/// The web configuration in force, and who gets past it.
package final class WebAccess: Sendable {
    /// The answer to somebody who hasn't shown who they are.
    package struct TurnedAway: Error, Sendable {
        package let response: HTTPResponse
    }

    private let state: Mutex<WebConfiguration>
    private let passwords = PasswordCheck()
    /// Where it is noted who couldn't prove who they are.
    let failures: FailedLogins

    package init(_ configuration: WebConfiguration, failures: FailedLogins) {
        state = Mutex(configuration)
        self.failures = failures
    }

    package var current: WebConfiguration {
        state.withLock { $0 }
    }

    package func replace(with configuration: WebConfiguration) {
        state.withLock { $0 = configuration }
    }

    /// Who sent the request, or the answer that turns it away.
    package func identify(_ request: HTTPRequest) async -> Result<Caller, TurnedAway> {
        let configuration = current
        let certificate = configuration.tls?.clientAuthentication == .requireAndVerify ? request.clientCertificate : nil
        guard !configuration.users.isEmpty else {
            return .success(certificate.map { .user($0) } ?? .anonymous)
        }
        guard let credentials = BasicCredentials(request) else { return .failure(WebAccess.unauthorized) }
        switch await passwords.check(
            user: credentials.user, password: credentials.password, users: configuration.users,
            from: ClientKey(request.peer).text)
        {
        case .right: return .success(.user(credentials.user.shown))
        case .wrong:
            failures.note(.password, request, user: credentials.user.shown)
            return .failure(WebAccess.unauthorized)
        case .busy:
            // Who is told so at once asks again at once.
            try? await Task.sleep(for: WebAccess.busyDelay)
            return .failure(
                .init(
                    response: .error(
                        .serviceUnavailable, "too many passwords are being checked; try again",
                        headers: ["Retry-After": "1"])))
        }
    }

    private static let busyDelay: Duration = .milliseconds(500)

    private static let unauthorized = TurnedAway(
        response: .error(
            .unauthorized, "give a user and a password",
            headers: ["WWW-Authenticate": "Basic realm=\"jobsweep\", charset=\"UTF-8\""])
    )
}
