import RowArchive
import Sweeping

/// Restores that were asked for over HTTP: the one under way, and the last ones, should the state directory not take them.
package actor RestoreRuns {
    /// So many are remembered here; the history has all.
    private static let remembered = 50

    private let job: RestoreJob
    private var restores: [String: (live: LiveRestore, work: Task<Void, Never>)] = [:]
    private var order: [String] = []

    init(_ job: RestoreJob) {
        self.job = job
    }

    /// Starts a restore and returns as soon as it was let in.
    /// - Throws: `RunRefusal`.
    func start(_ request: RestoreRequest, of archive: ArchiveFile, policy: SweepPolicy) async throws(RunRefusal) {
        let (live, work) = try await job.claim(request, of: archive, policy: policy, control: RunControl())
        restores[request.id] = (live, Task { _ = await work() })
        order.append(request.id)
        while order.count > RestoreRuns.remembered { restores[order.removeFirst()] = nil }
    }

    /// Ends the restores under way at their next batch.
    package func endAll() {
        for restore in restores.values { restore.live.cancel(by: .shutdown) }
    }

    /// - Returns: false where no such restore is under way here.
    func cancel(_ id: String, by requester: Requester?) -> Bool {
        restores[id]?.live.cancel(by: requester) ?? false
    }

    /// Nil for an id that is none's of the last.
    func find(_ id: String) -> RunRecord? { live(id)?.record }

    func live(_ id: String) -> LiveRestore? { restores[id]?.live }

    /// A restore once it is over.
    func end(of id: String) async -> RunRecord? {
        guard let restore = restores[id] else { return nil }
        await restore.work.value
        return restore.live.record
    }
}
