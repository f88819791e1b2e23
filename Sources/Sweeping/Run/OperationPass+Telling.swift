/// How a pass tells what became of rows.
extension OperationPass {
    func noteRefused(_ planned: Planned, _ reason: String, _ course: inout Course) {
        // Only what hangs off a row may go by itself.
        if !operation.deletes || !course.again.add(planned, reason) { refuse(planned.row, reason) }
    }

    func note(_ held: Duration, bytes: Int?, in run: PassContext) {
        guard held >= run.dear else { return }
        recorder.update(operation.name) { result in
            if held > result.dearRow?.held ?? .zero { result.dearRow = DearRow(held: held, bytes: bytes, causes: []) }
        }
    }

    /// Why the operation stops: each further row would hold the application up for as long, and come to nothing.
    func tooDear(_ count: Int, each span: Duration) async -> StoreError {
        let noun = selection.noun.many
        let causes = (try? await session.causesOfCost(change)) ?? []
        let cause = causes.isEmpty ? "what goes with each is too much" : causes.joined(separator: "; ")
        return StoreError(
            .schema,
            "\(count) \(noun) one after the other were given up, each after \(span.inSeconds) s for which nobody else could"
                + " write: \(cause); no more \(noun) are tried until that is mended, and `jobsweep check` says how")
    }

    /// Finds out what is to blame for a row that was dear, if one was.
    func nameCauses() async {
        guard recorder.report.results[operation.name]?.dearRow != nil else { return }
        let causes = (try? await session.causesOfCost(change)) ?? []
        recorder.update(operation.name) { $0.dearRow?.causes = causes }
    }

    func note(done: [Planned], at now: Timestamp) {
        let metric = operation.metric
        recorder.update(operation.name) { result in
            result.rowsChanged += done.count
            var counts: [[String]: Int] = [:]
            for planned in done {
                let (row, change) = (planned.row, planned.change)
                if result.samples.count < RowSample.limit {
                    result.samples.append(RowSample(id: row.id, note: operation.note(on: row, at: now)))
                }
                if metric != nil { counts[change.labels, default: 0] += 1 }
                if let doubt = change.doubt { result.note(doubt, row.id) }
                if let detail = change.detail, result.details.count < RunReport.listLimit {
                    result.details.append(detail)
                }
            }
            if let metric { for (labels, count) in counts { result.counts.add(count, to: metric.name, labels) } }
        }
    }

    func refuse(_ row: SelectedRow, _ reason: String) {
        let id = row.id
        let jobID = operation.jobID(of: row)
        let message = jobID == id ? reason : "row \(id): \(reason)"
        recorder.refuse(row.identity, RunError(operation: operation.name, jobID: jobID, message: message))
    }
}
