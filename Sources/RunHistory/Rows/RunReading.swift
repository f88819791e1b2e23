import GRDB
import Sweeping

/// How a row of the table of runs becomes a record.
extension RunRecord {
    /// Nil for a row that another version wrote with words that this one doesn't know, or that nobody can read.
    init?(_ row: Row) {
        guard let id = row.text("id"), let started = row.whole("started_at"),
            let trigger = row.text("trigger").flatMap(Trigger.init(rawValue:)),
            let phase = row.text("phase").flatMap(RunRecord.Phase.init(name:))
        else { return nil }
        let words = row.text("operations") ?? ""
        let request = RunRequest(
            runID: id, trigger: trigger, dryRun: row.whole("dry_run") != 0,
            operations: words.split(separator: ",").map { OperationName(rawValue: String($0)) },
            by: row.json("started_by", as: Requester.self))
        self.init(request: request, startedAt: Timestamp(microseconds: started))
        undoes = row.text("undoes")
        self.phase = phase
        progress = RunProgress(
            percent: Int(max(0, min(100, row.whole("progress") ?? 0))), message: row.text("message") ?? "")
        finishedAt = row.whole("finished_at").map(Timestamp.init(microseconds:))
        duration = row.whole("duration").map { .microseconds($0) }
        report = row.text("report")
        error = row.text("error")
        if case .over = phase { figures = row.json("figures", as: RunFigures.self) }
        endedBy = row.json("ended_by", as: Requester.self)
    }
}
