import Sweeping

/// What went wrong in a run, each thing once with how often and to what.
struct ErrorList {
    let record: RunRecord
    let operations: [OperationFacts]

    /// Empty where nothing went wrong.
    var html: String {
        let groups = ErrorGroup.groups(ReportReading(of: record).errors)
        if groups.isEmpty, let error = record.error { return #"<p class="bad">\#(escaped(error))</p>"# }
        guard !groups.isEmpty else { return "" }
        let listed = groups.reduce(0) { $0 + $1.count }
        let more = (record.figures?.errorCount ?? listed) - listed
        let rest = more > 0 ? "<li>and \(Words.number(more)) more, which the report doesn't list</li>" : ""
        return #"<ul class="errors">\#(groups.map(item).joined(separator: "\n"))\#(rest)</ul>"#
    }

    private func item(_ group: ErrorGroup) -> String {
        let operation = operations.first { $0.name.rawValue == group.operation }
        let place = group.operation == RunError.runLabel ? "The run" : operation?.wording.title ?? group.operation
        let count = group.count > 1 ? #" <span class="count">\#(Words.number(group.count)) times</span>"# : ""
        let named = group.examples.map { "<code>\(escaped($0))</code>" }.joined(separator: ", ")
        let table = operation?.table.map { "rows of <code>\(escaped($0))</code>, " } ?? ""
        let examples =
            named.isEmpty
            ? ""
            : #"<br><span class="quiet">\#(table)\#(group.count > group.examples.count ? "among them " : "")\#(named)</span>"#
        return "<li><strong>\(escaped(place)):</strong> \(escaped(group.message))\(count)\(examples)</li>"
    }
}
