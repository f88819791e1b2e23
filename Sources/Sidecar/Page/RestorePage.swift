import Sweeping

/// The page of a restore: first of a trial, then of the real one.
struct RestorePage {
    let record: RunRecord
    /// Nil while it is under way, and where nobody knows.
    let report: RestoreReport?
    let view: StatusView
    let control: Visit.Control
    let base: String

    init(record: RunRecord, view: StatusView, control: Visit.Control, base: String) {
        self.record = record
        self.view = view
        self.control = control
        self.base = base
        report = RestoreText.report(of: record)
    }

    private var isTrial: Bool { record.request.dryRun }
    private var runID: String { record.undoes ?? "" }

    private var isUnderWay: Bool {
        if case .over = record.phase { false } else { true }
    }

    /// For how long rows that come back may be kept out of runs' reach.
    static let holds = [("", "not at all"), ("1d", "1 day"), ("7d", "7 days"), ("30d", "30 days")]

    var html: String {
        let kind = isTrial ? "What would come back" : "Putting back"
        return PageFrame(
            title: "\(kind) · \(view.shortName)", databaseName: view.databaseName, base: base,
            live: isUnderWay ? "restore" : nil,
            main: """
                <section id="restore-report" aria-labelledby="restore-title">
                <h1 id="restore-title">\(kind)</h1>
                <p class="state" id="state" aria-live="polite">\(state)</p>
                \(isUnderWay ? waiting : report.map(contents) ?? lost)
                \(people)
                <p><a href="\(base)/runs/\(escaped(runID))">The run that took them</a></p>
                </section>
                """
        ).html
    }

    private var state: String {
        guard isUnderWay else { return status(record) }
        return "under way: \(escaped(ProgressText.line(record.progress))) (\(record.progress.percent)%)"
    }

    private var waiting: String {
        let bar = """
            <progress id="bar" max="100" value="\(record.progress.percent)" aria-label="Progress of the restore"></progress>
            """
        guard case .allowed = control else { return bar }
        return """
            \(bar)
            <form method="post" action="\(base)/runs/\(escaped(record.request.runID))/cancel">
            <button type="submit" class="danger">Cancel</button>
            <span class="quiet">It ends at its next batch; what is back stays.</span></form>
            """
    }

    /// It came to no end that anybody saw.
    private var lost: String {
        record.error.map { #"<p class="bad">\#(escaped(capitalized($0)))</p>"# } ?? ""
    }

    private var people: String {
        var words = ["Started \(time(record.startedAt))"]
        if let by = record.request.by { words.append("by \(escaped(by.words))") }
        if let by = record.endedBy { words.append("and ended by \(escaped(by.words))") }
        return "<p class=\"quiet\" id=\"people\">\(words.joined(separator: " ")).</p>"
    }

    private func contents(_ report: RestoreReport) -> String {
        var parts = report.status == .failed && report.restored.isEmpty ? [] : [rows(report)]
        if let error = report.error { parts.append(#"<p class="bad">\#(escaped(capitalized(error)))</p>"#) }
        parts += obstacles(report)
        for loss in [report.notKept, report.notRecorded].compactMap(\.self) {
            parts.append(#"<p class="bad">\#(escaped(capitalized(loss)))</p>"#)
        }
        if !isTrial { parts += takenAgain(report) }
        if isTrial, report.restoredRows > 0, report.status != .failed, case .allowed = control {
            parts.append(form(report))
        }
        return parts.joined(separator: "\n")
    }

    private func rows(_ report: RestoreReport) -> String {
        let names = Set(report.restored.keys).union(report.present.keys).sorted()
        guard !names.isEmpty else { return "<p>No row.</p>" }
        let items = names.map { name in
            let back = report.restored[name] ?? 0
            let present = report.present[name] ?? 0
            let already = present > 0 ? ", \(Words.number(present)) already as before" : ""
            let verb = isTrial ? "would be put back" : "put back"
            return "<li>\(escaped(title(name))): \(Words.count(back, "row")) \(verb)\(already)</li>"
        }
        return "<ul>\(items.joined())</ul>"
    }

    private func title(_ name: String) -> String {
        view.operations.first { $0.name.rawValue == name }?.wording.title ?? name
    }

    private func obstacles(_ report: RestoreReport) -> [String] {
        let failed = report.notRestored
        guard failed > 0 else { return [] }
        let shown = report.failures.prefix(20).map {
            "<li>\(escaped(title($0.operation))) <code>\(escaped($0.row))</code>: \(escaped($0.reason))</li>"
        }
        let more = failed > shown.count ? "<li>and \(Words.number(failed - shown.count)) more</li>" : ""
        return [
            "<h2>Not put back: \(Words.count(failed, "row"))</h2>",
            #"<ul class="errors">\#(shown.joined())\#(more)</ul>"#,
        ]
    }

    private func takenAgain(_ report: RestoreReport) -> [String] {
        report.takenAgain.sorted { $0.key < $1.key }.map { name, instant in
            let when =
                report.heldUntil == nil
                ? "with its next run, should its settings still say so" : "from \(time(instant)) on"
            return "<p>\(escaped(title(name))) takes what was put back again \(when).</p>"
        }
    }

    private func form(_ report: RestoreReport) -> String {
        let options = RestorePage.holds.map { value, words in
            #"<option value="\#(value)"\#(value == "7d" ? " selected" : "")>\#(words)</option>"#
        }
        return """
            <form class="ask" method="post" action="\(base)/runs/\(escaped(runID))/restore">
            <p><label for="hold">Keep what comes back out of runs' reach for</label>
            <select id="hold" name="hold">\(options.joined())</select></p>
            <button type="submit" id="confirm" class="main">Put back \(Words.count(report.restoredRows, "row"))</button>
            </form>
            """
    }
}
