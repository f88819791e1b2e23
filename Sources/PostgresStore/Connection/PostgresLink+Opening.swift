import Sweeping

/// Which of an address's servers a link leads to.
extension PostgresLink {
    /// - Parameter writing: whether it has to be a server that can be written.
    /// - Throws: `StoreError` where there is no libpq, `PostgresError` where there is no connection.
    static func open(_ address: PostgresAddress, writing: Bool, notices: NoticeReceiver) throws -> PostgresLink {
        let attempts = address.attempts(writing: writing)
        for attempt in attempts.dropLast() {
            do { return try PostgresLink(attempt, notices: notices) } catch let error as PostgresError
                where error.foundNoneToWrite
            {}
        }
        return try PostgresLink(attempts[attempts.count - 1], notices: notices)
    }
}
