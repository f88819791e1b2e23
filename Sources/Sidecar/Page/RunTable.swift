import Sweeping

/// Runs, a row each; on a narrow screen each row becomes a card.
struct RunTable {
    let runs: [RunRecord]
    let operations: [OperationFacts]
    /// What the path of a link begins with.
    let base: String

    /// So many operations are named in a row; a run's own page has all.
    private static let named = 4

    var html: String {
        guard !runs.isEmpty else { return #"<p class="quiet">No run yet.</p>"# }
        return """
            <table class="runs">
            <thead><tr><th scope="col">Started</th><th scope="col">By</th><th scope="col">Status</th>\
            <th scope="col" class="number">Rows</th><th scope="col">What</th><th scope="col" class="number">Errors</th>\
            <th scope="col" class="number">Took</th></tr></thead>
            <tbody>
            \(runs.map(row).joined(separator: "\n"))
            </tbody></table>
            """
    }

    private func row(_ record: RunRecord) -> String {
        let figures = record.figures
        let total = figures.map { Words.number($0.rows.values.reduce(0, +)) } ?? ""
        let errors = figures.map { Words.number($0.errorCount) } ?? ""
        let took = record.duration.map { readableSeconds($0.inSeconds) } ?? ""
        let kind = record.request.trigger.rawValue + (record.request.dryRun && record.undoes == nil ? ", preview" : "")
        let link = #"<a href="\#(base)/runs/\#(escaped(record.request.runID))">\#(time(record.startedAt))</a>"#
        let isBad = (figures?.errorCount ?? 0) > 0
        return """
            <tr><td data-label="Started">\(link)</td><td data-label="By">\(kind)</td><td data-label="Status">\(status(record))</td>\
            <td class="number" data-label="Rows">\(total)</td><td data-label="What" class="what">\(escaped(what(record)))</td>\
            <td class="number\(isBad ? " bad" : "")" data-label="Errors">\(errors)</td><td class="number" data-label="Took">\(took)</td></tr>
            """
    }

    /// `337 old jobs, 424 downloads`; what nothing was done of isn't named.
    private func what(_ record: RunRecord) -> String {
        guard let figures = record.figures else { return record.error ?? "" }
        let done = record.request.operations.compactMap { name -> String? in
            guard let count = figures.rows[name.rawValue], count > 0 else { return nil }
            let title = operations.first { $0.name == name }?.wording.title ?? name.rawValue
            return "\(title) \(Words.number(count))"
        }
        let back = record.undoes == nil ? "" : record.request.dryRun ? "would be put back: " : "put back: "
        if done.isEmpty { return record.error ?? (back.isEmpty ? "nothing to do" : back + "nothing") }
        let more = done.count - RunTable.named
        return back + done.prefix(RunTable.named).joined(separator: ", ") + (more > 0 ? " and \(more) more" : "")
    }
}
