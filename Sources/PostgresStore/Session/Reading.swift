import Sweeping

/// What holds for a transaction and ends with it: behind a pooler, nothing else may be set.
enum LocalSettings {
    /// - Parameters:
    ///   - statement: how long each statement may take.
    ///   - lock: how long it may wait for a lock.
    ///   - isLocal: whether it ends with the transaction, and not with the connection.
    static func statement(
        taking statement: Duration, waiting lock: Duration? = nil, version: Int, isLocal: Bool = true
    ) -> Statement {
        var settings = [
            ("statement_timeout", "\(milliseconds(statement))ms"),
            ("lock_timeout", "\(milliseconds(lock ?? statement))ms"),
            ("idle_in_transaction_session_timeout", "30s"), ("row_security", "off"), ("jit", "off"),
            // With fewer digits, two keys that are numbers may read as one.
            ("extra_float_digits", "3"),
            // Rows are bound as lists, in which NULL is no word.
            ("array_nulls", "on"),
        ]
        if version >= 140_000 { settings.append(("client_connection_check_interval", "1s")) }
        let calls = settings.map { "set_config('\($0)', '\($1)', \(isLocal))" }
        return Statement("SELECT " + calls.joined(separator: ", "))
    }

    /// Of what is looked up for each row of a page the planner believes to find the first soon, where many rows have the same, and would
    /// read the whole table for each of those that have none.
    static func walking(isLocal: Bool = true) -> Statement {
        Statement("SELECT set_config('enable_seqscan', 'off', \(isLocal))")
    }

    private static func milliseconds(_ span: Duration) -> Int64 {
        max(1, min(span.wholeMicroseconds / 1000, 2_000_000_000))
    }
}

/// How long a page may take to be read. No lock is held that anybody would wait for.
private let longestRead: Duration = .seconds(60)

/// Runs a statement that reads, in a transaction of its own.
/// - Parameters:
///   - isExact: whether the answer has to have values in the text that says all of them.
///   - isWalk: whether it is a page of a walk through an index.
func reading(
    _ statement: Statement, within limit: Duration? = nil, isExact: Bool = false, isWalk: Bool = false,
    in link: PostgresLink
) throws -> PostgresRows {
    if link.isReader, limit == nil { return try link.run(statement.repeated) }
    let answers = try link.transaction(
        [LocalSettings.statement(taking: limit ?? longestRead, version: link.version)]
            + (isExact ? [ExactText.settings()] : []) + (isWalk ? [LocalSettings.walking()] : []) + [statement],
        begin: "BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY")
    return answers[answers.count - 1]
}

extension PostgresLink {
    /// Sets for good what reading needs, on a connection that does nothing else and whose server's process stays the same: then a page is
    /// one statement.
    func becomeReader() throws {
        guard try isAtServer() else { throw PostgresError(state: nil, message: "a pooler is in between") }
        _ = try run([
            Statement("SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL READ COMMITTED READ ONLY"),
            LocalSettings.statement(taking: longestRead, version: version, isLocal: false),
            ExactText.settings(isLocal: false), LocalSettings.walking(isLocal: false),
            // What is planned for any values may read a table whole for each page. Where rows are deleted it would be another matter: the
            // server would plan what foreign keys ask anew for each row.
            Statement("SET plan_cache_mode = force_custom_plan"),
        ])
        isDirect = true
        isReader = true
    }
}
