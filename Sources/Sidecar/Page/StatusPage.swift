import Sweeping

/// The page at `/`: whole without JavaScript, which only adds the buttons and keeps it fresh.
struct StatusPage {
    let view: StatusView
    /// Whether whoever looks may change something.
    let control: Visit.Control
    /// The path under which browsers know this server, without a slash at its end; every link begins with it.
    let base: String

    /// Nothing but this sidecar's own files: no other host, no inline script or style.
    static let contentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none';"
        + " form-action 'none'; frame-ancestors 'none'"

    var html: String {
        """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>jobsweep</title>
        <link rel="icon" href="\(base)/assets/icon.svg" type="image/svg+xml">
        <link rel="stylesheet" href="\(base)/assets/style.css">
        <script src="\(base)/assets/app.js" defer></script>
        </head>
        <body>
        <header><div class="inner">
        <h1>jobsweep \(escaped(Version.number))</h1>
        <span class="database">\(escaped(view.databaseName))</span>
        <nav aria-label="Links">
        <a href="\(base)/metrics">Metrics</a>
        <a href="\(base)/api/status">Status</a>
        <a href="\(base)/api/jobs">Runs</a>
        <a href="\(base)/api/openapi.json">API</a>
        <a href="\(base)/-/healthy">Health</a>
        </nav>
        </div></header>
        <main>
        \(now)
        <section id="preview-result" tabindex="-1" aria-live="polite" hidden></section>
        \(facts)
        \(OperationList(operations: view.operations, enabled: view.enabled, held: view.held).html)
        \(errors)
        \(history)
        </main>
        </body>
        </html>

        """
    }

    private var now: String {
        let current = view.current
        let state = current.map { "\(ProgressText.line($0.progress)) (\($0.progress.percent)%)" } ?? "Idle"
        let rows = current?.progress.rows
        let boxes = view.operations.map { operation in
            let checked = view.enabled.contains(operation.name) ? " checked" : ""
            let wording = operation.wording
            return """
                <label><input type="checkbox" value="\(operation.name)"\(checked) data-field="\(wording.reportField ?? "")" \
                data-outcome="\(escaped(wording.outcome(dryRun: true)))"> \(operation.name)</label>
                """
        }
        return """
            <section id="now" data-run="\(escaped(current?.request.runID ?? ""))" aria-labelledby="now-title">
            <h2 id="now-title">Now</h2>
            <p class="state" id="state" aria-live="polite">\(escaped(state))</p>
            <progress id="bar" max="100" value="\(current?.progress.percent ?? 0)" aria-label="Progress of the run"\
            \(current == nil ? " hidden" : "")></progress>
            <progress id="rows" max="1" value="\(rows?.share ?? 0)" aria-label="Progress of the operation under way"\
            \(rows == nil ? " hidden" : "")></progress>
            <div id="controls" class="controls" hidden>
            <fieldset id="operations"><legend>Operations</legend>
            \(boxes.joined(separator: "\n"))
            </fieldset>
            <button type="button" id="preview">Preview</button>
            <button type="button" id="run" class="main">Run now</button>
            <button type="button" id="cancel" class="danger" hidden>Cancel</button>
            </div>
            \(ControlForm(control: control).html)
            <p id="note" class="quiet" role="status"></p>
            </section>
            """
    }

    private var facts: String {
        var entries: [(String, String)] = []
        if let next = view.nextRun {
            let due = String(next.microseconds / 1_000_000)
            entries.append(
                ("Next run", #"\#(time(next)) <span class="quiet" id="countdown" data-due="\#(due)"></span>"#))
        } else {
            entries.append(("Next run", "none"))
        }
        entries.append(("Schedule", escaped(view.schedule)))
        entries.append(("Last run", view.lastRun.map { "\(time($0.startedAt)) \(status($0))" } ?? "none yet"))
        entries.append(("Database", database))
        if let sizes = view.database.sizes, sizes.hasPages { entries.append(("Reclaimable", reclaimable(sizes))) }
        for operation in view.operations.map(\.name) {
            let rows = view.backlog[operation.rawValue] ?? nil
            entries.append(("Backlog of \(operation.rawValue)", rows.map { "\($0) rows" } ?? "unknown"))
        }
        let list = entries.map { "<div><dt>\($0.0)</dt><dd>\($0.1)</dd></div>" }
        return """
            <section id="facts" aria-labelledby="facts-title">
            <h2 id="facts-title">Facts</h2>
            <dl class="facts">
            \(list.joined(separator: "\n"))
            </dl>
            </section>
            """
    }

    private var database: String {
        guard let sizes = view.database.sizes else {
            let reason = view.database.error.map { ": " + escaped($0) } ?? ""
            return #"<span class="bad">can't be used\#(reason)</span>"#
        }
        guard sizes.hasPages else {
            let facts = sizes.facts.map { "\($0.value) \($0.words)" }.joined(separator: ", ")
            return "\(readableBytes(sizes.fileBytes)) <span class=\"quiet\">\(escaped(facts))</span>"
        }
        return """
            \(readableBytes(sizes.fileBytes)) <span class="quiet">\(readableBytes(sizes.freeBytes)) free inside, \
            log \(readableBytes(sizes.writeAheadLogBytes))</span>
            """
    }

    /// What could be given back to the disk, and by whom.
    private func reclaimable(_ sizes: DatabaseSizes) -> String {
        let how =
            switch sizes.reclaimer {
            case .database: "given back with every change (full auto-vacuum)"
            case .runs: "given back by runs (incremental auto-vacuum)"
            case .vacuum: "or more, by <code>jobsweep vacuum</code> on request"
            }
        return #"\#(readableBytes(sizes.reclaimableBytes)) <span class="quiet">\#(how)</span>"#
    }

    /// The errors of the last run in full.
    private var errors: String {
        guard let last = view.lastRun, case let errors = ReportedErrors(of: last).errors, !errors.isEmpty else {
            return #"<section id="errors" hidden></section>"#
        }
        let items = errors.map { "<li>\(escaped($0.text))</li>" }
        return """
            <section id="errors" aria-labelledby="errors-title">
            <h2 id="errors-title" class="bad">Errors of the last run</h2>
            <ul class="errors">
            \(items.joined(separator: "\n"))
            </ul>
            </section>
            """
    }

    private var history: String {
        """
        <section id="history" aria-labelledby="history-title">
        <h2 id="history-title">Last runs</h2>
        \(RunCharts(runs: view.recent, operations: view.operations).html)
        \(RunTable(runs: view.recent, operations: view.operations, base: base).html)
        </section>
        """
    }
}

/// An instant to the second; the precise text stays in the element's attribute.
func time(_ instant: Timestamp) -> String {
    let text = instant.rfc3339
    let shown = text.prefix(19).replacing("T", with: " ")
    return #"<time datetime="\#(text)">\#(shown) UTC</time>"#
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
