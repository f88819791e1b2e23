import Sweeping

/// The last runs, a row each.
struct RunTable {
    let runs: [RunRecord]
    let operations: [OperationFacts]
    /// What the path of a link begins with.
    let base: String

    var html: String {
        guard !runs.isEmpty else { return #"<p class="quiet">No run yet.</p>"# }
        return """
            <div class="scroll"><table>
            <thead><tr><th scope="col">Started</th><th scope="col">Trigger</th><th scope="col">Status</th>\
            \(operations.map { #"<th scope="col" class="number">\#(escaped($0.wording.title))</th>"# }.joined())\
            <th scope="col" class="number">Errors</th><th scope="col" class="number">Took</th></tr></thead>
            <tbody>
            \(runs.map(row).joined(separator: "\n"))
            </tbody></table></div>
            """
    }

    private func row(_ record: RunRecord) -> String {
        let figures = record.figures
        let numbers = operations.map { figures?.rows[$0.name.rawValue].map(String.init) ?? "" }
        let errors = figures.map { String($0.errorCount) } ?? ""
        let took = record.duration.map { readableSeconds($0.inSeconds) } ?? ""
        let cells = (numbers + [errors, took]).map { #"<td class="number">\#($0)</td>"# }.joined()
        let kind = record.request.trigger.rawValue + (record.request.dryRun ? ", preview" : "")
        let link = #"<a href="\#(base)/api/jobs/\#(escaped(record.request.runID))">\#(time(record.startedAt))</a>"#
        return "<tr><td>\(link)</td><td>\(kind)</td><td>\(status(record))</td>\(cells)</tr>"
    }
}
