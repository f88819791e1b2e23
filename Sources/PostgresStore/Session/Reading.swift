import Sweeping

/// What holds for a transaction and ends with it: behind a pooler, nothing else may be set.
enum LocalSettings {
    /// - Parameters:
    ///   - statement: how long each statement may take.
    ///   - lock: how long it may wait for a lock.
    static func statement(taking statement: Duration, waiting lock: Duration? = nil, version: Int) -> Statement {
        var settings = [
            ("statement_timeout", "\(milliseconds(statement))ms"),
            ("lock_timeout", "\(milliseconds(lock ?? statement))ms"),
            ("idle_in_transaction_session_timeout", "30s"), ("row_security", "off"), ("jit", "off"),
        ]
        if version >= 140_000 { settings.append(("client_connection_check_interval", "1s")) }
        let calls = settings.map { "set_config('\($0)', '\($1)', true)" }
        return Statement("SELECT " + calls.joined(separator: ", "))
    }

    private static func milliseconds(_ span: Duration) -> Int64 {
        max(1, min(span.wholeMicroseconds / 1000, 2_000_000_000))
    }
}

/// How long a page may take to be read. No lock is held that anybody would wait for.
private let longestRead: Duration = .seconds(60)

/// Runs a statement that reads, in a transaction of its own.
func reading(
    _ statement: Statement, within limit: Duration? = nil, settings: [Statement] = [], in link: PostgresLink
) throws -> PostgresRows {
    let answers = try link.transaction(
        [LocalSettings.statement(taking: limit ?? longestRead, version: link.version)] + settings + [statement],
        begin: "BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY")
    return answers[answers.count - 1]
}
