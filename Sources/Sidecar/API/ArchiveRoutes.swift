import HTTPServer
import RowArchive
import Sweeping

/// What a run took away: what is kept of it, and having it put back.
struct ArchiveRoutes: Sendable {
    let coordinator: RunCoordinator
    let job: RestoreJob
    let archives: RunArchives
    let restores: RestoreRuns

    func add(to routes: inout GuardedRoutes) {
        routes.get("/api/jobs/{id}/archive", .reading, show)
        routes.post("/api/jobs/{id}/restore", .changing, restore)
    }

    @Sendable private func show(_ visit: Visit) -> HTTPReply {
        .later { [job, archives] in
            do throws(ArchiveError) {
                let archive = try job.archive(ofRun: visit.request.parameters["id"] ?? "")
                let counts = archive.counts.sorted {
                    ($0.key.operation, $0.key.table) < ($1.key.operation, $1.key.table)
                }
                return json([
                    "job_id": .string(archive.header.runID), "file": .string(archive.path),
                    "bytes": .int(Int(archive.bytes)), "rows": .int(archive.rows),
                    "tables": .array(
                        counts.map { place, count in
                            ["operation": .string(place.operation), "table": .string(place.table), "rows": .int(count)]
                        }),
                    "started_at": .string(archive.header.startedAt.rfc3339),
                    "kept_until": .string(archives.end(of: archive.header).rfc3339),
                ])
            } catch {
                return .error(.notFound, error.description)
            }
        }
    }

    @Sendable private func restore(_ visit: Visit) -> HTTPReply {
        .later { [coordinator, job, restores] in
            let policy = await coordinator.currentPolicy
            let body: RestoreBody
            let archive: ArchiveFile
            let found = Result { () throws(ArchiveError) in
                try job.archive(ofRun: visit.request.parameters["id"] ?? "")
            }
            do {
                let known = RestoreJob.operations(of: policy, and: try? found.get())
                body = try RestoreBody(visit.request.body, known: known)
                archive = try found.get()
            } catch let error as RequestProblem {
                return error.response
            } catch {
                return .error(.notFound, "\(error)")
            }
            let request = RestoreRequest(
                id: RestoreJob.newID(), runID: archive.header.runID, dryRun: body.dryRun, operations: body.operations,
                hold: body.hold, by: visit.requester)
            do throws(RunRefusal) {
                try await restores.start(request, of: archive, policy: policy)
            } catch {
                return .error(.conflict, error.description)
            }
            return json(
                [
                    "success": true, "message": .string(body.dryRun ? "Dry restore started" : "Restore started"),
                    "job_id": .string(request.id), "job_type": .string(RunJSON.restoreType),
                ], .accepted)
        }
    }
}

/// The body of `POST /api/jobs/{id}/restore`; none at all is a restore of everything.
struct RestoreBody: Equatable {
    var dryRun = false
    var operations: [OperationName]?
    var hold: Duration?

    private enum Field: String, CaseIterable {
        case dryRun = "dry_run"
        case operations
        case hold
    }

    /// - Throws: `RequestProblem`.
    init(_ bytes: [UInt8], known: [OperationName]) throws(RequestProblem) {
        guard !bytes.isEmpty else { return }
        let fields = try RunBody.object(bytes)
        for name in fields.keys.sorted() where Field(rawValue: name) == nil {
            let allowed = Field.allCases.map(\.rawValue).joined(separator: ", ")
            throw .malformed("unknown field '\(name)'; allowed are \(allowed)")
        }
        switch fields[Field.dryRun.rawValue] {
        case .bool(let value): dryRun = value
        case nil: break
        case let value?: throw .invalid("'dry_run' must be true or false, not \(value.kind)")
        }
        operations = try RunBody.operations(fields[Field.operations.rawValue], known)
        switch fields[Field.hold.rawValue] {
        case .string(let text):
            do throws(ValueProblem) { hold = try DurationText.parse(text) } catch { throw .invalid("'hold' \(error)") }
        case nil: break
        case let value?: throw .invalid("'hold' must be a duration such as \"7d\", not \(value.kind)")
        }
    }
}
