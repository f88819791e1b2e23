import Sweeping

/// What `jobsweep check` says of the application's database.
extension PostgresMaintenanceStore {
    package func examine(_ work: [PlannedWork], at now: Timestamp, in zone: TimeZoneRules) async throws -> [Finding] {
        let options = SessionOptions(dryRun: true, now: now, timeZone: zone)
        let name = name
        return try await looking { link in
            try ServerKind.check(link, name)
            let schema = try PostgresSchema(link)
            return try Examination(work: work, schema: schema, options: options, name: name, link: link).findings()
        }
    }
}

/// One look at everything that runs rely on.
struct Examination {
    let work: [PlannedWork]
    let schema: PostgresSchema
    let options: SessionOptions
    let name: String
    let link: PostgresLink

    func findings() throws -> [Finding] {
        var findings = [try serverFinding()]
        for work in work { findings.append(finding(work)) }
        return findings
    }

    private func serverFinding() throws -> Finding {
        let rows = try link.run(
            Statement(
                """
                SELECT current_setting('server_version'), pg_database_size(current_database()), pg_is_in_recovery(),
                  current_user::text, pg_backend_pid()
                """))
        var facts = [
            "PostgreSQL \(rows.text(0, 0) ?? "")", "\(rows.integer(0, 1) ?? 0) bytes",
            "as role \(rows.text(0, 3) ?? "")",
        ]
        if rows.integer(0, 4) != Int64(link.processID) { facts.append("through a pooler") }
        guard !rows.flag(0, 2) else {
            return Finding(
                .problem, "database",
                "\(name): \(facts.joined(separator: ", ")): it is a standby, which can be previewed but not swept: name the primary"
            )
        }
        return Finding(.ok, "database", "\(name): \(facts.joined(separator: ", "))")
    }

    private func finding(_ work: PlannedWork) -> Finding {
        do {
            try schema.require(work.needs, in: link)
        } catch {
            let message = (error as? StoreError)?.message ?? "\(error)"
            return Finding(.problem, work.selection.label, "\(message): \(work.remedy)")
        }
        let tables = work.needs.map(\.table.description).joined(separator: " and ")
        return Finding(.ok, work.selection.label, "everything that it needs is in \(tables)")
    }
}
