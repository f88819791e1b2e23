import Sweeping

/// The page at `/`: whole without JavaScript, which only keeps it fresh and spares it reloads.
struct StatusPage {
    let view: StatusView
    /// Whether whoever looks may change something.
    let control: Visit.Control
    /// The path under which browsers know this server, without a slash at its end; every link begins with it.
    let base: String

    /// So many of the last runs are listed; the history has all.
    private static let listed = 12

    private var isAllowed: Bool { if case .allowed = control { true } else { false } }

    var html: String {
        PageFrame(
            title: "\(state.tab) · \(view.shortName)", databaseName: view.databaseName, base: base,
            live: nil,
            main: """
                <h1 class="unseen">\(escaped(view.databaseName))</h1>
                \(ConcernList(concerns: view.concerns).html)
                \(now)
                <section id="preview-result" tabindex="-1" aria-live="polite" hidden></section>
                \(FactList(view: view).html)
                \(OperationList(view: view, isAllowed: isAllowed, base: base).html)
                \(errors)
                \(history)
                """
        ).html
    }

    /// What goes on, for the headline and the tab.
    private var state: (words: String, tab: String) {
        if let current = view.current {
            let kind = current.request.dryRun ? "Preview" : "Run"
            return ("\(ProgressText.line(current.progress)) (\(current.progress.percent)%)", "\(kind) under way")
        }
        if let worst = view.concerns.first(where: \.kind.isGrave) { return (worst.kind.title, worst.kind.title) }
        return ("Idle", view.concerns.isEmpty ? "Idle" : Words.count(view.concerns.count, "problem"))
    }

    private var now: String {
        let current = view.current
        let progress = current.map { record in
            """
            \(RunProgressList(record: record, operations: view.operations).html)
            <p><a id="current" href="\(base)/runs/\(escaped(record.request.runID))">This \(record.request.dryRun ? "preview" : "run")'s page</a></p>
            """
        }
        let obstacle = view.database.isUp == false ? "the database can't be used." : nil
        return """
            <section id="now" data-run="\(escaped(current?.request.runID ?? ""))" aria-labelledby="now-title">
            <h2 id="now-title">Now</h2>
            <p class="state" id="state" aria-live="polite">\(escaped(state.words))</p>
            <div id="progress"\(current == nil ? " hidden" : "")>\(progress ?? "")</div>
            \(ControlForm(
                control: control, operations: view.operations, enabled: view.enabled, isBusy: current != nil,
                obstacle: obstacle, base: base
            ).html)
            <p id="note" class="quiet" role="status"></p>
            </section>
            """
    }

    /// The errors of the last run.
    private var errors: String {
        guard let last = view.lastRun, case let list = ErrorList(record: last, operations: view.operations).html,
            !list.isEmpty
        else { return #"<section id="errors" hidden></section>"# }
        return """
            <section id="errors" aria-labelledby="errors-title">
            <h2 id="errors-title" class="bad">Errors of the last run</h2>
            \(list)
            </section>
            """
    }

    private var history: String {
        """
        <section id="history" aria-labelledby="history-title">
        <h2 id="history-title">Last runs</h2>
        \(RunCharts(runs: view.recent, operations: view.operations).html)
        \(RunTable(runs: Array(view.recent.prefix(StatusPage.listed)), operations: view.operations, base: base).html)
        <p><a href="\(base)/runs">All runs</a></p>
        </section>
        """
    }
}

/// An instant to the second; the script shows it in the reader's own zone.
func time(_ instant: Timestamp) -> String {
    let text = instant.rfc3339
    let shown = text.prefix(19).replacing("T", with: " ") + " UTC"
    return #"<time datetime="\#(text)" title="\#(shown)">\#(shown)</time>"#
}

/// Text with the instants in it as such.
func timed(_ text: String) -> String {
    escaped(text).replacing(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/) { match in
        Timestamp(reading: String(match.output)).map(time) ?? String(match.output)
    }
}

/// A run's status as words with a colour that never stands alone.
func status(_ record: RunRecord) -> String {
    let words = record.phase.name.replacing("_", with: " ")
    let look =
        switch record.phase {
        case .pending, .running: "quiet"
        case .over(.completed): "good"
        case .over(.completedWithErrors), .over(.cancelled): "warn"
        case .over(.failed): "bad"
        }
    return #"<span class="\#(look)">\#(words)</span>"#
}
