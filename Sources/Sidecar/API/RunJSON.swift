import Sweeping

/// How the API shows a run, or a restore.
enum RunJSON {
    static let jobType = "cleanup"
    static let restoreType = "restore"

    static func job(_ record: RunRecord) -> JSONValue {
        var fields: [String: JSONValue] = [
            "id": .string(record.request.runID),
            "type": .string(record.undoes == nil ? jobType : restoreType),
            "status": .string(record.phase.name),
            "progress": .int(record.progress.percent),
            "message": .string(record.progress.message),
            "rows": ProgressText.json(record.progress.rows),
            "trigger": .string(record.request.trigger.rawValue),
            "by": record.request.by.map(requester) ?? .null,
            "ended_by": record.endedBy.map(requester) ?? .null,
            "dry_run": .bool(record.request.dryRun),
            "operations": .array(record.request.operations.map { .string($0.rawValue) }),
            "started_at": .string(record.startedAt.rfc3339),
            "completed_at": .optional(record.finishedAt?.rfc3339),
            "duration_seconds": record.duration.map { .double($0.inSeconds) } ?? .null,
            "result": result(record),
            "error": .optional(record.error),
        ]
        if let run = record.undoes { fields["run_id"] = .string(run) }
        return .object(fields)
    }

    static func requester(_ requester: Requester) -> JSONValue {
        var fields: [String: JSONValue] = [
            "kind": .string(requester.kind.rawValue), "who": .string(requester.who),
            "address": .optional(requester.address),
        ]
        if let forwarded = requester.forwardedFor { fields["forwarded_for"] = .string(forwarded) }
        return .object(fields)
    }

    static func page(_ page: RunPage, limit: Int, offset: Int) -> JSONValue {
        [
            "jobs": .array(page.runs.map(job)), "total": .int(page.total), "limit": .int(limit), "offset": .int(offset),
        ]
    }

    static func result(_ record: RunRecord) -> JSONValue {
        record.report.flatMap { try? JSONValue(parsing: Array($0.utf8)) } ?? .null
    }
}
