/// How the same request is answered when it comes again on its connection, without asking the handlers again: with the same status
/// and headers, and the body of that moment. None of it may wait for anything.
package struct Repetition: Sendable {
    /// Whether the handlers would still give this status and these headers.
    let holds: @Sendable () -> Bool
    let body: @Sendable () -> SharedBody
    /// Is told of each answer that is given this way.
    let given: @Sendable (HTTPStatus) -> Void

    private init(
        holds: @escaping @Sendable () -> Bool, body: @escaping @Sendable () -> SharedBody,
        given: @escaping @Sendable (HTTPStatus) -> Void
    ) {
        self.holds = holds
        self.body = body
        self.given = given
    }

    package init(body: @escaping @Sendable () -> SharedBody) {
        self.init(holds: { true }, body: body, given: { _ in })
    }

    /// The same, as long as a condition holds too.
    func holding(_ condition: @escaping @Sendable () -> Bool) -> Repetition {
        Repetition(holds: { [holds] in condition() && holds() }, body: body, given: given)
    }

    /// The same, and somebody else is told too.
    func telling(_ listener: @escaping @Sendable (HTTPStatus) -> Void) -> Repetition {
        Repetition(
            holds: holds, body: body,
            given: { [given] in
                given($0)
                listener($0)
            })
    }
}
