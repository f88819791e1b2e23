import Sweeping

/// The operations of a run under way, each with how far it is.
struct RunProgressList {
    let record: RunRecord
    let operations: [OperationFacts]

    var html: String {
        """
        <progress id="bar" max="100" value="\(record.progress.percent)" aria-label="Progress of the run"></progress>
        <ol id="steps" class="steps">
        \(record.request.operations.enumerated().map(item).joined(separator: "\n"))
        </ol>
        """
    }

    /// The place of the operation under way; nil between operations.
    private var place: Int? {
        let progress = record.progress
        if let rows = progress.rows { return record.request.operations.firstIndex { $0.rawValue == rows.operation } }
        return record.request.operations.firstIndex { facts($0)?.wording.progress == progress.message }
    }

    private func facts(_ name: OperationName) -> OperationFacts? { operations.first { $0.name == name } }

    private func item(_ index: Int, _ name: OperationName) -> String {
        let title = facts(name)?.wording.title ?? name.rawValue
        let isLast = record.progress.percent >= 97
        let state = isLast || index < place ?? 0 ? "done" : index == place ? "now" : "next"
        let share = state == "done" ? 1 : index == place ? record.progress.rows?.share ?? 0 : 0
        let words = state == "done" ? "done" : state == "next" ? "to come" : rows
        return """
            <li data-step="\(escaped(name.rawValue))" class="\(state)"><span>\(escaped(title))</span>
            <progress max="1" value="\(share)" aria-label="\(escaped(title))"></progress>
            <span class="quiet rows">\(escaped(words))</span></li>
            """
    }

    private var rows: String {
        guard let rows = record.progress.rows else { return "begins" }
        let rest = rows.restSeconds.map { ", about \(Words.span(.seconds(Int($0.rounded(.up))))) left" } ?? ""
        return
            "\(Words.number(rows.done)) of \(rows.dueIsLeast ? "at least " : "")\(Words.number(rows.due)) rows\(rest)"
    }
}
