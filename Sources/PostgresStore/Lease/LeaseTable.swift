import Sweeping

/// Where the run that has the database is written down, for servers whose advisory locks keep nobody off: a table that the database's
/// owner makes, since the schema isn't jobsweep's. Its clock is the server's. A holder that is heard of no more loses it to whoever asks
/// next; each holder has a number of its own, so that one that wakes up too late can't take itself for the next.
struct LeaseTable: Sendable, Equatable {
    static let name = "jobsweep_lease"
    /// For how long a holder that isn't heard of keeps others off.
    static let term: Duration = .seconds(60)
    /// How often it says that it is there, beside every batch.
    static let renewal: Duration = .seconds(15)
    /// The one row.
    private static let row = "run"
    private static let privileges = ["SELECT", "INSERT", "UPDATE"]

    /// As SQL has it, with its schema.
    let sql: String
    /// Who asks, as SQL has it.
    let role: String
    let exists: Bool
    /// What the role would have to be granted.
    let missing: [String]

    /// Looks for it where the role's names are looked for.
    init(in link: PostgresLink) throws {
        let rows = try link.run(
            Statement(
                """
                SELECT quote_ident(coalesce(n.nspname, current_schema(), 'public')), c.oid, quote_ident(current_user),
                  \(LeaseTable.privileges.map { "has_table_privilege(c.oid, '\($0)')" }.joined(separator: ", "))
                FROM (SELECT to_regclass('\(LeaseTable.name)') AS oid) AS found
                LEFT JOIN pg_class c ON c.oid = found.oid LEFT JOIN pg_namespace n ON n.oid = c.relnamespace
                """))
        sql = "\(rows.text(0, 0) ?? "public").\(LeaseTable.name)"
        exists = rows.integer(0, 1) != nil
        role = rows.text(0, 2) ?? "the role"
        missing = LeaseTable.privileges.indices.filter { !rows.flag(0, 3 + $0) }.map { LeaseTable.privileges[$0] }
    }

    /// What its owner has to run before it can be used; nil where nothing is missing.
    var remedy: String? {
        let grants = exists ? missing : LeaseTable.privileges
        let grant = grants.isEmpty ? nil : "GRANT \(grants.joined(separator: ", ")) ON \(sql) TO \(role)"
        return exists ? grant : [LeaseTable.definition(sql), grant].compactMap(\.self).joined(separator: "; ")
    }

    static func definition(_ sql: String) -> String {
        "CREATE TABLE \(sql) (name text PRIMARY KEY, holder text NOT NULL, host text, election bigint NOT NULL,"
            + " expires_at timestamptz NOT NULL)"
    }

    private static let end = "clock_timestamp() + interval '\(term.components.seconds) seconds'"

    /// - Returns: the number of this holder; nil where another one has it.
    func take(_ holder: String, on host: String?, in link: PostgresLink) throws -> Int64? {
        var statement = Statement()
        let holder = statement.bind(holder)
        let host = statement.bind(host)
        statement.sql = """
            INSERT INTO \(sql) AS l (name, holder, host, election, expires_at)
            VALUES ('\(LeaseTable.row)', \(holder), \(host), 1, \(LeaseTable.end))
            ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, host = excluded.host, election = l.election + 1,
              expires_at = \(LeaseTable.end)
            WHERE l.expires_at <= clock_timestamp() RETURNING election
            """
        do {
            let settings = LocalSettings.statement(taking: .seconds(5), waiting: .seconds(2), version: link.version)
            let rows = try link.transaction([settings, statement], begin: "BEGIN ISOLATION LEVEL READ COMMITTED")[1]
            return rows.count == 1 ? rows.integer(0, 0) : nil
        } catch let error as PostgresError where error.isLocked {
            // A batch of whoever has it is under way.
            return nil
        }
    }

    /// Who has it; nil where nobody has.
    func holder(in link: PostgresLink) throws -> RunHolder? {
        let rows = try link.run(
            Statement(
                """
                SELECT holder, host, ceil(extract(epoch FROM expires_at - clock_timestamp()))::int8 FROM \(sql)
                WHERE name = '\(LeaseTable.row)' AND expires_at > clock_timestamp()
                """))
        guard rows.count == 1 else { return nil }
        var holder = RunHolder(applicationName: rows.text(0, 0) ?? "", host: rows.text(0, 1))
        holder?.leaseSeconds = rows.integer(0, 2).map(Int.init)
        return holder
    }

    private func holding(_ holder: String, _ election: Int64) -> String {
        "name = '\(LeaseTable.row)' AND holder = \(literal(holder)) AND election = \(election)"
    }

    /// Says that the holder is there; it changes no row where another one has it.
    func renewing(_ holder: String, _ election: Int64) -> Statement {
        Statement("UPDATE \(sql) SET expires_at = \(LeaseTable.end) WHERE \(holding(holder, election))")
    }

    func releasing(_ holder: String, _ election: Int64) -> Statement {
        Statement("UPDATE \(sql) SET expires_at = clock_timestamp() WHERE \(holding(holder, election))")
    }

    /// Renews within a transaction, and has the server undo the transaction where another one has it.
    func fence(_ holder: String, _ election: Int64, of database: String) -> LeaseFence {
        LeaseFence(
            database: database,
            statement: Statement(
                """
                WITH renewed AS (\(renewing(holder, election).sql) RETURNING 1)
                SELECT CASE WHEN count(*) = 0 THEN ('\(LeaseFence.mark)' || count(*))::int END FROM renewed
                """))
    }
}

/// What every transaction that writes begins with: it can't be committed by a run that another one has taken over from.
struct LeaseFence: Sendable {
    /// What the server can't take for a number, and names.
    fileprivate static let mark = "jobsweep_lease was taken over "

    let database: String
    let statement: Statement

    /// What an error says that is the fence's; nil for any other.
    func loss(_ error: PostgresError) -> StoreError? {
        guard error.state == "22P02", error.message.contains(LeaseFence.mark) else { return nil }
        return .leaseLost(database)
    }
}

extension StoreError {
    /// Another run may write now, and this one may not.
    static func leaseLost(_ database: String) -> StoreError {
        StoreError(
            .connectionLost,
            "this run wasn't heard of for so long that another may have taken over on \(database) (its row in"
                + " \(LeaseTable.name) isn't this run's any more): it ends here, and the next run goes on")
    }
}
