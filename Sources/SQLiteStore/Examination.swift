import GRDB
import Sweeping

/// What `jobsweep check` says of the application's database.
extension SQLiteMaintenanceStore {
    package func examine(_ work: [PlannedWork], at now: Timestamp, in zone: TimeZoneRules) async throws -> [Finding] {
        let file = try file()
        // Told before anything is opened: to a user who may not write, it is the first thing to mend.
        let obstacle = WritePermission.obstacle(to: file).map { Finding(.problem, "permission", $0.message) }
        let session: SQLiteSession
        do {
            session = try await openSession(
                SessionOptions(dryRun: true, busyTimeout: .seconds(1), now: now, timeZone: zone))
        } catch {
            guard let obstacle else { throw error }
            return [Finding(.problem, "database", "\(error)"), obstacle]
        }
        let result: Result<[Finding], any Error>
        do {
            result = .success(try await session.findings(work, obstacle))
        } catch {
            result = .failure(error)
        }
        await session.close()
        return try result.get()
    }
}

extension SQLiteSession {
    fileprivate func findings(_ work: [PlannedWork], _ obstacle: Finding?) async throws -> [Finding] {
        var findings = [try await fileFinding()]
        findings += try await perform { database in work.map { finding($0, in: database) } }
        if let newest = try await newestTime(in: work.flatMap(\.selection.times)),
            let doubt = ZoneDoubt(newest, now: options.now, in: options.timeZone)
        {
            findings.append(Finding(.advice, "time zone", doubt.description))
        }
        if let obstacle {
            findings.append(obstacle)
        } else {
            findings.append(await writeFinding())
        }
        findings += try await perform { try schema.indexAdvice(work, in: $0) }
        findings += try await perform { database in
            try work.flatMap { one in
                try [
                    schema.costAdvice(one, in: database), refusalAdvice(one, in: database),
                    undoAdvice(one, in: database),
                ]
            }.compactMap(\.self)
        }
        findings.append(try await spaceFinding())
        return findings
    }

    private func fileFinding() async throws -> Finding {
        let kind = try await perform { database in
            guard !database.usesLog else { return "a write-ahead log" }
            return "a rollback journal (\(try String.fetchOne(database, sql: "PRAGMA journal_mode") ?? "unknown"))"
        }
        return Finding(
            .ok, "database", "\(file.path): \(file.bytes) bytes, with \(kind); jobsweep leaves that as it is")
    }

    private func finding(_ work: PlannedWork, in database: Database) -> Finding {
        schema.finding(work, in: database) ?? statementFinding(work, in: database) ?? schema.praise(work)
    }

    /// Tries to become the writer for a moment, where somebody else may be one. Where nobody has the database open, that would make
    /// SQLite's own files for nothing.
    private func writeFinding() async -> Finding {
        do {
            if isShared {
                try await rehearse { database in
                    try database.beginTransaction(.immediate)
                    try database.rollback()
                }
            }
        } catch let error as StoreError where error.code == .busy {
            return Finding(.advice, "permission", "another connection held the write lock for over a second; try again")
        } catch {
            return Finding(.problem, "permission", "\(error)")
        }
        return Finding(.ok, "permission", "the database and its folder can be written")
    }
}

extension DatabaseSchema {
    fileprivate func finding(_ work: PlannedWork, in database: Database) -> Finding? {
        do {
            try require(work.needs, in: database)
            return nil
        } catch {
            let message = (error as? StoreError)?.message ?? "\(error)"
            return Finding(.problem, work.selection.label, "\(message): \(work.remedy)")
        }
    }

    fileprivate func praise(_ work: PlannedWork) -> Finding {
        let tables = work.needs.map(\.table.description).joined(separator: " and ")
        return Finding(.ok, work.selection.label, "everything that it needs is in \(tables)")
    }

    /// Indexes without which a run has to read whole tables.
    fileprivate func indexAdvice(_ work: [PlannedWork], in database: Database) throws -> [Finding] {
        var advice: [Finding] = []
        func advise(_ finding: Finding) {
            if !advice.contains(finding) { advice.append(finding) }
        }
        for one in work {
            let selection = one.selection
            guard let table = try? table(selection.table, in: database),
                let column = Narrowing.missingIndex(of: selection, on: table), table.has(column)
            else { continue }
            advise(
                Finding(
                    .advice, "index",
                    "\(table.name).\(column) has no index, so every run reads all \(selection.noun.many):"
                        + " \(remedy(table.name, column))"))
        }
        for one in work where one.action == .delete {
            let selection = one.selection
            guard let table = try? table(selection.table, in: database) else { continue }
            let atOnce = try children(of: table, id: selection.key.first ?? "", in: database) != nil
            let price = atOnce ? "batch of \(selection.noun.many)" : selection.noun.one
            for key in keys(onto: table.name) where !key.isIndexed {
                advise(
                    Finding(
                        .advice, "index",
                        "\(key.child).\(key.childColumn) refers to the \(selection.noun.many) and has no index, so a run"
                            + " reads all of \(key.child) for every \(price) deleted:"
                            + " \(remedy(key.child, key.childColumn))"))
            }
        }
        return advice
    }

    /// What makes each row dear beside the keys that lead to the table itself: those that lead to what goes along, and triggers.
    fileprivate func costAdvice(_ work: PlannedWork, in database: Database) throws -> Finding? {
        guard let table = try? table(work.selection.table, in: database) else { return nil }
        let keys = unindexedKeys(of: work.action, on: table.name).filter { !$0.parent.names(table.name) }
            .map { key in
                "\(key.child).\(key.childColumn), which refers to the \(key.parent) rows that go along, has no index, so all of"
                    + " \(key.child) is read for each: \(remedy(key.child, key.childColumn))"
            }
        let triggers = try triggers(of: work.action, on: table.name, in: database).map { "\($0) runs along" }
        let costs = keys.sorted() + triggers
        guard !costs.isEmpty else { return nil }
        let verb = work.action == .delete ? "deletes" : "changes"
        return Finding(
            .advice, work.selection.label,
            "what each of the \(work.selection.noun.many) that it \(verb) costs beside itself: \(costs.joined(separator: "; "))"
        )
    }

    /// The application owns its schema: its developers create the index, jobsweep never does.
    private func remedy(_ table: String, _ column: String) -> String {
        "its developers can add CREATE INDEX \(quoted("ix_\(table)_\(column)")) ON \(quoted(table)) (\(quoted(column)))"
    }
}
