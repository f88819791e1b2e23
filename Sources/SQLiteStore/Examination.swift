import GRDB
import Glibc
import Sweeping

/// What `jobsweep check` says of the application's database.
extension SQLiteMaintenanceStore {
    package func examine() async throws -> [Finding] {
        let session = try await openSession(SessionOptions(dryRun: true, busyTimeout: .seconds(1)))
        var findings = [try await session.fileFinding()]
        findings += Sweeping.Operation.allCases.map(session.schema.finding)
        findings.append(await session.writeFinding())
        findings += session.schema.indexAdvice(cascades: session.children == nil ? .byJob : .byBatch)
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

extension ApplicationSchema {
    fileprivate func finding(_ operation: Sweeping.Operation) -> Finding {
        do {
            try check(operation)
            let tables = needs(of: operation).map(\.table).joined(separator: " and ")
            return Finding(.ok, operation.rawValue, "everything that it needs is in \(tables)")
        } catch {
            return Finding(.problem, operation.rawValue, error.message)
        }
    }

    /// How often a run reads all of a table whose rows go with their job and aren't indexed by it.
    fileprivate enum Cascades: String {
        case byJob = "for every job deleted"
        case byBatch = "for every batch of jobs deleted"
    }

    /// Indexes without which a run has to read whole tables.
    fileprivate func indexAdvice(cascades: Cascades) -> [Finding] {
        var advice: [Finding] = []
        func advise(_ shape: TableShape?, _ column: String, _ price: String) {
            guard let shape, shape.has(column), shape.index(leading: column) == nil else { return }
            advice.append(
                Finding(
                    .advice, "index", "\(shape.name).\(column) has no index, so \(price): \(remedy(shape.name, column))"
                ))
        }
        advise(jobs, names.jobs.status, "every run reads all jobs")
        advise(jobs, names.jobs.completedAt, "every run reads all jobs")
        advise(downloads, names.downloads.timestamp, "every run reads all download records")
        for key in keysToJobs where !key.isIndexed {
            advice.append(
                Finding(
                    .advice, "index",
                    "\(key.child).\(key.childColumn) refers to the jobs and has no index, so a run reads all of"
                        + " \(key.child) \(cascades.rawValue): \(remedy(key.child, key.childColumn))"))
        }
        return advice
    }

    /// The application owns its schema: its developers create the index, jobsweep never does.
    private func remedy(_ table: String, _ column: String) -> String {
        "its developers can add CREATE INDEX \(quoted("ix_\(table)_\(column)")) ON \(quoted(table)) (\(quoted(column)))"
    }
}
