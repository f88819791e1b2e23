/// An option of a connection, by its name.
enum PostgresKeyword {
    case known
    /// `ssl`, which isn't libpq's own.
    case ssl
    /// One that says nothing here.
    case ignored

    /// What libpq knows (https://www.postgresql.org/docs/current/libpq-connect.html), but for what jobsweep sets itself.
    static let all: Set<String> = [
        "host", "hostaddr", "port", "dbname", "user", "password", "passfile", "require_auth", "channel_binding",
        "connect_timeout", "keepalives", "keepalives_idle", "keepalives_interval", "keepalives_count",
        "tcp_user_timeout",
        "sslmode", "sslcert", "sslkey", "sslpassword", "sslrootcert", "sslcrl", "sslcrldir", "sslsni", "requirepeer",
        "ssl_min_protocol_version", "ssl_max_protocol_version", "krbsrvname", "gsslib", "gssencmode", "gssdelegation",
        "service", "target_session_attrs", "load_balance_hosts",
    ]
    /// What only concerns the application's own driver, or what jobsweep sets itself.
    private static let others: Set<String> = [
        "application_name", "fallback_application_name", "client_encoding", "prepared_statement_cache_size",
        "prepared_statement_name_func", "async_fallback", "command_timeout", "prepare_threshold", "pgbouncer",
        "connection_limit", "pool_timeout",
    ]

    /// - Parameter shown: what messages call the whole.
    /// - Throws: `ValueProblem`.
    init(_ keyword: String, of shown: String) throws(ValueProblem) {
        switch keyword {
        case "ssl": self = .ssl
        case _ where PostgresKeyword.all.contains(keyword): self = .known
        case _ where PostgresKeyword.others.contains(keyword): self = .ignored
        case "options":
            throw ValueProblem(
                "\(shown): jobsweep sends no options, since poolers refuse them; give the role its settings with ALTER ROLE"
            )
        default:
            let meant = Misspelling.nearest(to: keyword, among: PostgresKeyword.all.sorted())
            throw ValueProblem(
                "\(shown): PostgreSQL has no option \(ValueProblem.quoted(keyword))"
                    + (meant.map { "; did you mean '\($0)'?" } ?? ""))
        }
    }
}
