import GRDB
import Glibc
import Sweeping

/// What `jobsweep check` says of the application's database.
extension SQLiteMaintenanceStore {
    package func examine(_ work: [PlannedWork]) async throws -> [Finding] {
        let session = try await openSession(SessionOptions(dryRun: true, busyTimeout: .seconds(1)))
        var findings = [try await session.fileFinding()]
        findings += try await session.perform { database in work.map { session.schema.finding($0, in: database) } }
        findings.append(await session.writeFinding())
        findings += try await session.perform { try session.schema.indexAdvice(work, in: $0) }
        findings.append(try await session.spaceFinding())
        await session.close()
        return findings
    }
}

extension SQLiteSession {
    fileprivate func fileFinding() async throws -> Finding {
        let mode = try await perform { try String.fetchOne($0, sql: "PRAGMA journal_mode") ?? "unknown" }
        let kind = mode == "wal" ? "a write-ahead log" : "a rollback journal (\(mode))"
        return Finding(
            .ok, "database", "\(file.path): \(file.bytes) bytes, with \(kind); jobsweep leaves that as it is")
    }

    /// Tries to become the writer for a moment.
    fileprivate func writeFinding() async -> Finding {
        do {
            try await perform { database in
                try database.beginTransaction(.immediate)
                try database.rollback()
            }
        } catch let error as StoreError where error.code == .busy {
            return Finding(.advice, "permission", "another connection held the write lock for over a second; try again")
        } catch {
            return Finding(.problem, "permission", "\(error)")
        }
        let folder = String(file.path[..<(file.path.lastIndex(of: "/") ?? file.path.endIndex)])
        guard access(folder.isEmpty ? "/" : folder, W_OK) == 0 else {
            return Finding(
                .problem, "permission",
                "this user can't write in \(folder): the lock file and SQLite's own files go there")
        }
        return Finding(.ok, "permission", "the database and its folder can be written")
    }
}

extension DatabaseSchema {
    fileprivate func finding(_ work: PlannedWork, in database: Database) -> Finding {
        do {
            try require(work.needs, in: database)
            let tables = work.needs.map(\.table.description).joined(separator: " and ")
            return Finding(.ok, work.selection.label, "everything that it needs is in \(tables)")
        } catch {
            let message = (error as? StoreError)?.message ?? "\(error)"
            return Finding(.problem, work.selection.label, "\(message): \(work.remedy)")
        }
    }

    /// Indexes without which a run has to read whole tables.
    fileprivate func indexAdvice(_ work: [PlannedWork], in database: Database) throws -> [Finding] {
        var advice: [Finding] = []
        func advise(_ finding: Finding) {
            if !advice.contains(finding) { advice.append(finding) }
        }
        for one in work {
            let selection = one.selection
            guard let table = try? table(selection.table, id: selection.key[0], in: database),
                let column = Narrowing.column(of: selection), table.has(column), table.index(leading: column) == nil
            else { continue }
            advise(
                Finding(
                    .advice, "index",
                    "\(table.name).\(column) has no index, so every run reads all \(selection.noun.many):"
                        + " \(remedy(table.name, column))"))
        }
        for one in work where one.action == .delete {
            let selection = one.selection
            guard let table = try? table(selection.table, id: selection.key[0], in: database) else { continue }
            let atOnce = try children(of: table, id: selection.key[0], in: database) != nil
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

    /// The application owns its schema: its developers create the index, jobsweep never does.
    private func remedy(_ table: String, _ column: String) -> String {
        "its developers can add CREATE INDEX \(quoted("ix_\(table)_\(column)")) ON \(quoted(table)) (\(quoted(column)))"
    }
}
