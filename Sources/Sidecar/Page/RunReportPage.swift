import Sweeping

/// The page of one run: what it did, in words, and what can be done about it.
struct RunReportPage {
    let record: RunRecord
    let view: StatusView
    let control: Visit.Control
    let undo: Undo
    /// Whether somebody wants to run what this preview shows.
    let asks: Bool
    let base: String

    /// How long what a preview counted is good enough to decide by.
    static let freshness: Duration = .minutes(15)

    private var isPreview: Bool { record.request.dryRun }
    private var isAllowed: Bool { if case .allowed = control { true } else { false } }

    private var isUnderWay: Bool {
        switch record.phase {
        case .pending, .running: true
        case .over: false
        }
    }

    var html: String {
        let kind = isPreview ? "Preview" : "Run"
        let words = record.phase.name.replacing("_", with: " ")
        return PageFrame(
            title: "\(kind) \(words) · \(view.shortName)", databaseName: view.databaseName, base: base,
            live: isUnderWay ? "run" : nil,
            main: """
                <section id="report" data-run="\(escaped(record.request.runID))" aria-labelledby="report-title">
                <h1 id="report-title">\(heading)</h1>
                <p class="state" id="state" aria-live="polite">\(status(record))\(isUnderWay ? ": " + escaped(progress) : "")</p>
                \(isUnderWay ? RunProgressList(record: record, operations: view.operations).html : "")
                \(isUnderWay && isAllowed ? cancelForm : "")
                \(question)
                \(isUnderWay ? "" : OperationReport(record: record, operations: view.operations).html)
                </section>
                \(errors)
                \(UndoSection(runID: record.request.runID, undo: undo, isAllowed: isAllowed, base: base).html)
                \(facts)
                """
        ).html
    }

    private var heading: String {
        guard isPreview else { return "Run of \(time(record.startedAt))" }
        return asks ? "Run now?" : "What a run would do"
    }

    private var progress: String { "\(ProgressText.line(record.progress)) (\(record.progress.percent)%)" }

    private var cancelForm: String {
        """
        <form method="post" action="\(base)/runs/\(escaped(record.request.runID))/cancel">
        <button type="submit" class="danger">Cancel</button>
        <span class="quiet">It ends at its next batch; what it did is kept.</span></form>
        """
    }

    // MARK: Asking

    private var question: String {
        guard isPreview, !isUnderWay else { return "" }
        guard isAllowed else { return "" }
        guard view.now - record.startedAt < RunReportPage.freshness else {
            return
                #"<p class="quiet">This was counted \#(Words.span(view.now - record.startedAt)) ago. Preview again before a run.</p>"#
        }
        let changes = record.request.operations.reduce(0) { $0 + (record.figures?.rows[$1.rawValue] ?? 0) }
        guard changes > 0 else { return #"<p id="nothing">There is nothing to do.</p>"# }
        guard view.current == nil else { return #"<p class="quiet">A run is under way.</p>"# }
        return """
            <form id="ask" class="ask" method="post" action="\(base)/runs/\(escaped(record.request.runID))/run">
            <ul>\(sentences)</ul>
            <p>\(escaped(undoWords))</p>
            <button type="submit" id="confirm" class="danger filled">Run now: \(Words.count(changes, "row"))</button>
            <a href="\(base)/" id="decline">Don't run</a>
            </form>
            """
    }

    private var sentences: String {
        OperationReport(record: record, operations: view.operations).announcements
            .map { "<li>\(escaped($0))</li>" }.joined()
    }

    private var undoWords: String {
        guard view.archive.isKept else { return "A run can't be undone: \(StatusView.ArchiveFacts.off)." }
        return "A run can be undone for \(Words.span(view.archive.keep)), by a button on its page."
    }

    // MARK: After it

    private var errors: String {
        let list = ErrorList(record: record, operations: view.operations).html
        guard !list.isEmpty, !isUnderWay else { return "" }
        let title = isPreview ? "What would go wrong" : "What went wrong"
        return """
            <section id="errors" aria-labelledby="errors-title"><h2 id="errors-title" class="bad">\(title)</h2>
            \(list)
            </section>
            """
    }

    private var facts: String {
        var entries: [(String, String)] = [("Started", time(record.startedAt))]
        if let by = record.request.by { entries.append(("Started by", escaped(by.words))) }
        if let by = record.endedBy { entries.append(("Ended by", escaped(by.words))) }
        if let finished = record.finishedAt { entries.append(("Ended", time(finished))) }
        if let duration = record.duration { entries.append(("Took", readableSeconds(duration.inSeconds))) }
        if !isPreview, let details = record.figures?.details {
            let mean =
                details.batches > 0
                ? ", \(readableSeconds(details.lockSeconds / Double(details.batches))) each on average" : ""
            entries.append(("Batches", Words.number(details.batches) + mean))
        }
        if let pauses { entries.append(("Waited", pauses)) }
        if let unseen { entries.append(("Not known", unseen)) }
        let list = entries.map { "<div><dt>\($0.0)</dt><dd>\($0.1)</dd></div>" }.joined(separator: "\n")
        return """
            <section id="facts" aria-labelledby="facts-title"><h2 id="facts-title">\(isPreview ? "About this preview" : "Pace and people")</h2>
            <dl class="facts">\(list)</dl>
            <p class="quiet">\(strange)For programs: <a href="\(base)/api/jobs/\(escaped(record.request.runID))">this \
            \(isPreview ? "preview" : "run") as JSON</a></p>
            </section>
            """
    }

    private var pauses: String? {
        guard !isPreview, !isUnderWay else { return nil }
        let report = ReportReading(of: record)
        let waited = PauseReason.allCases.compactMap { reason -> String? in
            guard let seconds = report.pauses[reason.rawValue], seconds > 0 else { return nil }
            let cause = report.pauseCauses[reason.rawValue].map { " (\($0))" } ?? ""
            return "\(readableSeconds(seconds)) \(reason.words)\(cause)"
        }
        return waited.isEmpty ? "not at all" : escaped(waited.joined(separator: "; "))
    }

    /// What the run couldn't wait for, because nobody could see whether there was reason to.
    private var unseen: String? {
        guard !isUnderWay else { return nil }
        let unknown = ReportReading(of: record).pausesUnknown
        let words = PauseReason.allCases.compactMap { reason in
            unknown[reason.rawValue].map { "\(reason.rawValue): \($0)" }
        }
        return words.isEmpty ? nil : escaped(words.joined(separator: "; "))
    }

    /// Rows that somebody has to look at.
    private var strange: String {
        let unreadable = ReportReading(of: record).unreadable
        guard !unreadable.isEmpty else { return "" }
        let named = unreadable.sorted { $0.key < $1.key }.map { name, ids in
            let title = view.operations.first { $0.name.rawValue == name }?.wording.title ?? name
            return "\(escaped(title)): " + ids.map { "<code>\(escaped($0))</code>" }.joined(separator: ", ")
        }
        return "Rows with a time that can't be read: \(named.joined(separator: "; ")).<br>"
    }
}
