import Sweeping
import Synchronization

/// A session's connection beside the one that writes: it reads the next page while the rows of the one before are deleted. It is opened
/// once there is a second page, and given up without more ado where it can't be had: then the other does all the work.
final class SecondConnection: Sendable {
    private enum State {
        case untried
        case open(PostgresConnection)
        case refused
    }

    /// What connections that reach the same server, as the same role, agree in.
    struct Place: Sendable, Equatable {
        let words: [String]
        /// How many more connections the server takes of ordinary roles.
        let room: Int64

        init(_ link: PostgresLink) throws {
            let found = try link.run(
                Statement(
                    """
                    SELECT current_setting('max_connections')::int8 - current_setting('superuser_reserved_connections')::int8
                      - (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'),
                      pg_postmaster_start_time()::text, current_database()::text, session_user::text, current_user::text,
                      current_setting('search_path')
                    """))
            room = found.integer(0, 0) ?? 0
            words = (1...5).map { found.text(0, $0) ?? "" }
        }

        static func == (one: Place, other: Place) -> Bool { one.words == other.words }
    }

    /// So many connections at least stay for others.
    private static let leftToOthers: Int64 = 5

    private let state = Mutex(State.untried)
    private let address: PostgresAddress
    private let notices: NoticeReceiver
    private let options: SessionOptions

    init(_ address: PostgresAddress, notices: NoticeReceiver, options: SessionOptions) {
        self.address = address
        self.notices = notices
        self.options = options
    }

    /// - Parameter here: where the first connection leads.
    /// - Returns: nil where there is none.
    func connection(_ here: () async throws -> Place) async -> PostgresConnection? {
        switch state.withLock(\.self) {
        case .open(let connection): return connection
        case .refused: return nil
        case .untried: break
        }
        do {
            let here = try await here()
            guard here.room > Self.leftToOthers else {
                giveUp("the server has only \(here.room) connections left")
                return nil
            }
            let connection = try await PostgresConnection.open(address, writing: true, notices: notices)
            do {
                let there = try await connection.perform { [options] link in
                    link.patience.isStopping = options.isStopping
                    let place = try Place(link)
                    try link.becomeReader()
                    return place
                }
                guard here == there else { throw PostgresError(state: nil, message: "it leads somewhere else") }
            } catch {
                await connection.close()
                throw error
            }
            state.withLock { $0 = .open(connection) }
            return connection
        } catch {
            giveUp(StoreError(translating: error, database: address.name).message)
            return nil
        }
    }

    /// There is no second connection from here on.
    func giveUp(_ reason: String) {
        state.withLock { $0 = .refused }
        notices.note("pages are read on the connection that deletes, since a second one isn't to be had: \(reason)")
    }

    func close() async {
        let last = state.withLock { state in
            defer { state = .refused }
            return state
        }
        if case .open(let connection) = last { await connection.close() }
    }
}
