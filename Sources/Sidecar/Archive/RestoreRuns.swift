import RowArchive
import Sweeping

/// Restores that were asked for over HTTP: the one under way, and the last ones' reports.
package actor RestoreRuns {
    /// So many reports are remembered; the log has all.
    private static let remembered = 50

    private enum State {
        case running(RestoreRequest, startedAt: Timestamp, RunControl)
        case over(RestoreReport)
    }

    private let job: RestoreJob
    private let clock: any SweepClock
    private var states: [String: State] = [:]
    private var order: [String] = []

    init(_ job: RestoreJob, clock: any SweepClock) {
        self.job = job
        self.clock = clock
    }

    /// Starts a restore and returns as soon as it was let in.
    /// - Throws: `RunRefusal`.
    func start(_ request: RestoreRequest, of archive: ArchiveFile, policy: SweepPolicy) async throws(RunRefusal) {
        let control = RunControl()
        let claimed = try await job.claim(request, of: archive, policy: policy, control: control)
        states[request.id] = .running(request, startedAt: clock.now(), control)
        order.append(request.id)
        while order.count > RestoreRuns.remembered { states[order.removeFirst()] = nil }
        Task { self.end(await claimed()) }
    }

    private func end(_ report: RestoreReport) {
        states[report.request.id] = .over(report)
    }

    /// Ends the restores under way at their next batch.
    package func endAll() {
        for case .running(_, _, let control) in states.values { control.cancel() }
    }

    /// A restore, with its report once it is over; nil for an id that is none's.
    func find(_ id: String) -> (RestoreRequest, RestoreReport?)? {
        switch states[id] {
        case .running(let request, _, _): (request, nil)
        case .over(let report): (report.request, report)
        case nil: nil
        }
    }

    /// How the API shows a restore; nil for an id that is none's.
    func json(_ id: String) -> JSONValue? {
        switch states[id] {
        case .running(let request, let startedAt, _):
            [
                "id": .string(id), "type": "restore", "status": "running", "run_id": .string(request.runID),
                "by": request.by.map(RunJSON.requester) ?? .null,
                "dry_run": .bool(request.dryRun), "started_at": .string(startedAt.rfc3339), "completed_at": .null,
                "result": .null,
                "error": .null,
            ]
        case .over(let report):
            [
                "id": .string(id), "type": "restore", "status": .string(report.status.rawValue),
                "run_id": .string(report.request.runID), "by": report.request.by.map(RunJSON.requester) ?? .null,
                "dry_run": .bool(report.request.dryRun),
                "started_at": .string(report.startedAt.rfc3339), "completed_at": .string(report.finishedAt.rfc3339),
                "result": (try? JSONValue(parsing: Array(RestoreText.json(report).utf8))) ?? .null,
                "error": .optional(report.error),
            ]
        case nil: nil
        }
    }
}
