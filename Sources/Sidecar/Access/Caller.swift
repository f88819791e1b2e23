/// Who a request comes from, as far as it has proved it.
package enum Caller: Sendable, Equatable {
    case anonymous
    /// Whoever has the control token, where there are no users.
    case token
    /// A user of the web configuration, or the holder of a client certificate.
    case user(String)

    var isUser: Bool {
        if case .user = self { true } else { false }
    }
}
