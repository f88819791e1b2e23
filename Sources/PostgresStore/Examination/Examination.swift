import Sweeping

/// What `jobsweep check` says of the application's database.
extension PostgresMaintenanceStore {
    package func examine(_ work: [PlannedWork], at now: Timestamp, in zone: TimeZoneRules) async throws -> [Finding] {
        let options = SessionOptions(dryRun: true, now: now, timeZone: zone)
        let name = name
        let findings = try await looking { [limits] link in
            try ServerKind.check(link, name)
            let schema = try PostgresSchema(link)
            let examination = Examination(work: work, schema: schema, options: options, name: name, link: link)
            return try examination.findings() + examination.throttleFinding(limits.throttleQuery)
        }
        return findings + (try await leaseFinding().map { [$0] } ?? [])
    }

    /// What keeps runs apart, where that isn't an advisory lock alone.
    private func leaseFinding() async throws -> Finding? {
        let keepsOthersOff: Bool
        do {
            keepsOthersOff = try await AdvisoryLock.keepsOthersOff(address, notices)
        } catch {
            throw StoreError(translating: error, database: name)
        }
        let name = name
        return try await looking { link in
            let table = try LeaseTable(in: link)
            guard table.exists || !keepsOthersOff else { return nil }
            if let remedy = table.remedy, try !link.run(Statement("SELECT pg_is_in_recovery()")).flag(0, 0) {
                return Finding(
                    .problem, "lease", LeaseTable.refusal(name, isNeeded: !keepsOthersOff, remedy))
            }
            let why = keepsOthersOff ? "" : ", since advisory locks keep nobody off here"
            return Finding(.ok, "lease", "\(table.sql) keeps runs apart\(why)")
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
        var usable: [(work: PlannedWork, table: TableShape)] = []
        for work in work {
            do {
                try schema.require(work.needs, in: link)
                let table = try schema.table(work.selection.table, in: link)
                try prepare(work, table)
                usable.append((work, table))
                let tables = work.needs.map(\.table.description).joined(separator: " and ")
                findings.append(Finding(.ok, work.selection.label, "everything that it needs is in \(tables)"))
            } catch let error as PostgresError where error.isLoss {
                throw error
            } catch {
                let reason = (error as? PostgresError)?.reason ?? (error as? StoreError)?.message ?? "\(error)"
                let grants = try Privileges(schema: schema, link: link).schemasInTheWay(of: work.needs.map(\.table))
                let remedy = grants.isEmpty ? work.remedy : "its owner can run \(grants.joined(separator: "; "))"
                findings.append(Finding(.problem, work.selection.label, "\(reason): \(remedy)"))
            }
        }
        let columns = work.flatMap(\.selection.times)
        let zones = ZoneSamples(schema: schema, options: options)
        let newest = try columns.compactMap { try zones.newest(in: $0, link) }.max { $0.time < $1.time }
        if let newest, let doubt = ZoneDoubt(newest, now: options.now, in: options.timeZone) {
            findings.append(Finding(.advice, "time zone", doubt.description))
        }
        findings += try Privileges(schema: schema, link: link).findings(usable)
        for (work, table) in usable { add(indexAdvice(work, table), to: &findings) }
        for (work, table) in usable where work.action == .delete { add(cascadeAdvice(work, table), to: &findings) }
        for (work, table) in usable { add(try refusalAdvice(work, table).map { [$0] } ?? [], to: &findings) }
        for (work, table) in usable { add(try archiveAdvice(work, table).map { [$0] } ?? [], to: &findings) }
        findings.append(try spaceFinding(usable.map(\.table)))
        return findings
    }

    /// Whether the user's own question has an answer.
    func throttleFinding(_ query: String?) throws -> [Finding] {
        guard let query else { return [] }
        do {
            let reason = try ThrottleQuery(sql: query).reason(in: link)
            let now = reason.map { "gives \($0), so a run would wait now" } ?? "answers, and no run would wait now"
            return [Finding(.ok, "pressure", "throttle_query \(now)")]
        } catch let error as PostgresError where !error.isLoss {
            return [
                Finding(
                    .problem, "pressure",
                    "throttle_query gives no answer, so runs won't wait for it: \(error.reason); it is to be one SELECT of one number"
                )
            ]
        }
    }

    private func add(_ more: [Finding], to findings: inout [Finding]) {
        findings += more.filter { !findings.contains($0) }
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
        if rows.integer(0, 4) != Int64(link.processID) {
            facts.append("through a pooler, so a second connection keeps other runs off")
        }
        guard !rows.flag(0, 2) else {
            return Finding(
                .problem, "database",
                "\(name): \(facts.joined(separator: ", ")); it is a standby, which can be previewed but not swept: name the"
                    + " primary")
        }
        return Finding(.ok, "database", "\(name): \(facts.joined(separator: ", "))")
    }

    /// Makes sure that rows can be read as a run reads them, and that what it writes has a place.
    private func prepare(_ work: PlannedWork, _ table: TableShape) throws {
        let change = TableChange(
            of: work.selection, work.action, while: work.condition, sparing: work.spared, now: options.now)
        _ = try WritePlan(change, schema, options, in: link)
        do {
            _ = try RowScan(work.selection, schema, options, in: link).page(after: nil, limit: 1, in: link)
        } catch let error as PostgresError where error.state == "42501" {
            // The findings on privileges say which and how to mend it.
        }
    }

    /// Indexes without which a run has to read whole tables.
    private func indexAdvice(_ work: PlannedWork, _ table: TableShape) -> [Finding] {
        guard let column = ScanPart.column(of: work.selection), table.has(column), table.index(leading: column) == nil
        else { return [] }
        return [
            Finding(
                .advice, "index",
                "\(table.label).\(column) has no index, so every run reads all \(work.selection.noun.many):"
                    + " \(remedy(table.label, table.sql, [column]))")
        ]
    }

    private func cascadeAdvice(_ work: PlannedWork, _ table: TableShape) -> [Finding] {
        let reached = schema.reachedByDeletion(from: table.number)
        return schema.foreignKeys.filter { reached.contains($0.parent) && !$0.isIndexed }.map { key in
            let columns = key.childColumns.joined(separator: ", ")
            return Finding(
                .advice, "index",
                "\(key.childLabel).\(columns) refers to the \(work.selection.noun.many) and has no index, so PostgreSQL reads all of"
                    + " \(key.childLabel) for every \(work.selection.noun.one) deleted:"
                    + " \(remedy(key.childLabel, key.childSQL, key.childColumns))")
        }
    }

    /// The application owns its schema: its developers create the index, jobsweep never does.
    private func remedy(_ label: String, _ table: String, _ columns: [String]) -> String {
        let name = (["ix", label.split(separator: ".").last.map(String.init) ?? label] + columns).joined(separator: "_")
        let list = columns.map(quoted).joined(separator: ", ")
        return "its developers can run CREATE INDEX CONCURRENTLY \(quoted(name)) ON \(table) (\(list))"
    }

    /// What in the schema may refuse single rows.
    private func refusalAdvice(_ work: PlannedWork, _ table: TableShape) throws -> Finding? {
        var hurdles: [String] = []
        switch work.action {
        case .delete:
            for number in schema.reachedByDeletion(from: table.number) {
                let reached = try schema.table(number, in: link)
                hurdles += reached.onDelete.map { "\($0) on \(reached.label)" }
                hurdles += schema.keys(onto: number).filter { $0.onDelete == .none || $0.onDelete == .restrict }.map {
                    "\($0.childLabel).\($0.childColumns.joined(separator: ", ")), which refers to \(reached.label)"
                }
            }
        case .update(let writes):
            hurdles += table.onUpdate.map { "\($0) on \(table.label)" }
            hurdles += table.indexes.filter { index in
                index.isUnique
                    && writes.contains { write in index.columns.contains { $0?.isSame(as: write.column) ?? true } }
            }.map { "unique index \($0.name)" }
            if table.hasChecks { hurdles.append("CHECK constraints of \(table.label)") }
        }
        guard !hurdles.isEmpty else { return nil }
        return Finding(
            .advice, work.selection.label,
            "the database may refuse single \(work.selection.noun.many), which then stay and are reported as errors:"
                + " \(hurdles.joined(separator: ", ")); a preview tells which")
    }

    /// What no archive can keep: PostgreSQL doesn't tell what a trigger does beside.
    private func archiveAdvice(_ work: PlannedWork, _ table: TableShape) throws -> Finding? {
        let reached = work.action == .delete ? schema.reachedByDeletion(from: table.number) : [table.number]
        let triggers = try reached.flatMap { number in
            let reached = try schema.table(number, in: link)
            return (work.action == .delete ? reached.onDelete : reached.onUpdate).map { "\($0) on \(reached.label)" }
        }
        guard !triggers.isEmpty else { return nil }
        return Finding(
            .advice, work.selection.label,
            "should \(triggers.joined(separator: ", ")) delete or change other rows, restore can't put those back: PostgreSQL doesn't"
                + " tell of them; a run that meets such rows says so")
    }

    /// Rows that went leave their space to new ones, once autovacuum has been there.
    private func spaceFinding(_ tables: [TableShape]) throws -> Finding {
        let numbers = Set(tables.map(\.number)).map(String.init).joined(separator: ", ")
        let rows = try link.run(
            Statement(
                """
                SELECT coalesce(sum(n_dead_tup), 0)::int8, current_setting('autovacuum')
                FROM pg_stat_user_tables WHERE relid IN (\(numbers.isEmpty ? "0" : numbers))
                """))
        let dead = rows.integer(0, 0) ?? 0
        guard rows.text(0, 1) == "on" else {
            return Finding(
                .advice, "space",
                "\(dead) dead rows in these tables, and autovacuum is off: nobody gives their space to new rows unless VACUUM is run"
            )
        }
        return Finding(.ok, "space", "\(dead) dead rows in these tables; autovacuum gives their space to new ones")
    }
}
