import Logging
import Sweeping
import Synchronization

/// What the log says of runs. What a run finds in the same words as the one before it isn't said again: metrics and reports count it.
final class RunLog: Sendable {
    private let logger: Logger
    /// What was last said of each operation's rows.
    private let said = Mutex<[Strange: Found]>([:])
    /// What was last named as what makes an operation's rows dear.
    private let blamed = Mutex<[OperationName: [String]]>([:])
    /// What was last said that nobody can see.
    private let unseen = Mutex<[PauseReason: String]>([:])

    private struct Strange: Hashable {
        let operation: OperationName
        let reason: SkipReason
    }

    private struct Found: Equatable {
        let rows: Int
        let examples: [String]
    }

    private static let strange: [(reason: SkipReason, message: Logger.Message)] = [
        (.unreadable, "rows were left alone because their timestamps can't be read"),
        (.future, "rows have times that lie in the future, which are no sign of life"),
        (.unknown, "rows were left alone because their jobs have a status that isn't the application's own"),
    ]

    init(_ logger: Logger) {
        self.logger = logger
    }

    func refused(_ request: RunRequest, _ refusal: RunRefusal) {
        logger.notice(
            "a run was refused",
            metadata: [
                "run.trigger": "\(request.trigger.rawValue)", "run.by": "\(request.by?.description ?? "")",
                "reason": "\(refusal.description)",
            ])
    }

    func cancelling(_ id: String, by requester: Requester) {
        logger.notice("run is being cancelled", metadata: ["run.id": "\(id)", "run.ended_by": "\(requester)"])
    }

    func approved(_ operation: OperationName, by requester: Requester) {
        logger.notice(
            "a held operation was approved, once",
            metadata: ["operation": "\(operation.rawValue)", "by": "\(requester)"])
    }

    func progress(_ progress: RunProgress, of request: RunRequest) {
        logger.debug(
            "run progress",
            metadata: [
                "run.id": "\(request.runID)", "progress": .stringConvertible(progress.percent),
                "step": "\(progress.message)",
            ])
    }

    func started(_ request: RunRequest) {
        logger.info("run started", metadata: metadata(request))
    }

    func finished(_ report: RunReport) {
        var data = metadata(report.request)
        data["run.status"] = "\(report.status.rawValue)"
        data["run.duration_seconds"] = .stringConvertible(report.durationSeconds)
        for operation in report.catalogue.map(\.name) {
            data["run.\(operation.rawValue)"] = .stringConvertible(report.rowsChanged(by: operation))
        }
        for error in report.errors.prefix(20) {
            logger.error(
                "cleanup error",
                metadata: [
                    "run.id": "\(report.request.runID)", "operation": "\(error.operationLabel)",
                    "job.id": "\(error.jobID ?? "")", "error": "\(error.message)",
                ])
        }
        for held in report.held {
            logger.error(
                "an operation is held",
                metadata: [
                    "run.id": "\(report.request.runID)", "operation": "\(held.operation.rawValue)",
                    "reason": "\(held.reason.rawValue)", "held": "\(held.sentence)",
                ])
        }
        for (operation, requester) in report.approved {
            logger.notice(
                "an operation went on because it was approved",
                metadata: [
                    "run.id": "\(report.request.runID)", "operation": "\(operation.rawValue)", "by": "\(requester)",
                ])
        }
        // A run that was ended early hasn't seen all rows.
        if report.status != .cancelled {
            for (operation, result) in report.results { tellStrange(operation, result) }
        }
        if let doubt = report.zoneDoubt {
            logger.warning("times may be in another zone than the one that is set", metadata: ["advice": "\(doubt)"])
        }
        if !report.request.dryRun { tell(report.waits.unknown) }
        for (operation, result) in report.results {
            if let row = result.dearRow { tell(row, of: operation) }
        }
        if let space = report.returnedSpace { tell(space, of: report) }
        for room in report.scarce {
            logger.warning(
                "there is little room on a disk: batches are small, and the log is emptied often",
                metadata: [
                    "run.id": "\(report.request.runID)", "disk.of": "\(room.purpose)",
                    "disk.available_bytes": .stringConvertible(room.availableBytes),
                ])
        }
        logger.log(level: report.status == .failed ? .error : .info, "run finished", metadata: data)
    }

    /// What an operation relies on has changed.
    func changed(_ change: String, request: RunRequest) {
        logger.notice(
            "the tables have changed since the last run",
            metadata: ["run.id": "\(request.runID)", "change": "\(change)"])
    }

    private func tellStrange(_ operation: OperationName, _ result: OperationResult) {
        for (reason, message) in RunLog.strange {
            let found = Found(rows: result.skipped[reason] ?? 0, examples: result.examples[reason] ?? [])
            let strange = Strange(operation: operation, reason: reason)
            let before = said.withLock { said in
                defer { said[strange] = found }
                return said[strange]
            }
            guard found.rows > 0, found != before else { continue }
            logger.warning(
                message,
                metadata: [
                    "operation": "\(operation.rawValue)", "rows": .stringConvertible(found.rows),
                    "examples": "\(found.examples.joined(separator: ","))",
                ])
        }
    }

    private func tell(_ unknown: [PauseReason: String]) {
        let before = unseen.withLock { unseen in
            defer { unseen = unknown }
            return unseen
        }
        for (reason, message) in unknown where before[reason] != message {
            logger.warning(
                "it is unknown whether runs had better wait",
                metadata: ["pause.reason": "\(reason.rawValue)", "unknown": "\(message)"])
        }
    }

    private func tell(_ row: DearRow, of operation: OperationName) {
        let before = blamed.withLock { blamed in
            defer { blamed[operation] = row.causes }
            return blamed[operation]
        }
        guard before != row.causes else { return }
        let causes = row.causes.isEmpty ? ["its own size, or the number of rows that go with it"] : row.causes
        logger.warning(
            "a row held the write lock for long",
            metadata: [
                "operation": "\(operation.rawValue)", "row.held_seconds": .stringConvertible(row.held.inSeconds),
                "row.bytes": "\(row.bytes.map(String.init) ?? "")",
                "row.causes": "\(causes.joined(separator: "; "))",
            ])
    }

    private func tell(_ space: ReturnedSpace, of report: RunReport) {
        let data: Logger.Metadata = [
            "run.id": "\(report.request.runID)", "space.bytes": .stringConvertible(space.bytes),
            "space.left_bytes": .stringConvertible(space.leftBytes), "space.ended": "\(space.end.text)",
        ]
        if space.end == .done {
            logger.info("space was given back to the disk", metadata: data)
        } else {
            logger.notice("giving space back to the disk ended early; the next run goes on", metadata: data)
        }
    }

    private func metadata(_ request: RunRequest) -> Logger.Metadata {
        [
            "run.id": "\(request.runID)", "run.trigger": "\(request.trigger.rawValue)",
            "run.by": "\(request.by?.description ?? "")",
            "run.dry_run": .stringConvertible(request.dryRun),
            "run.operations": "\(request.operations.map(\.rawValue).joined(separator: ","))",
        ]
    }
}
