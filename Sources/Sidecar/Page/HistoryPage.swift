import Sweeping

/// All runs that are remembered, a page at a time.
struct HistoryPage {
    let query: HistoryQuery
    let page: RunPage
    let days: [RunDay]
    let view: StatusView
    let base: String

    var html: String {
        PageFrame(
            title: "History · \(view.shortName)", databaseName: view.databaseName, base: base,
            main: """
                <section id="year" aria-labelledby="history-title">
                <h1 id="history-title">History</h1>
                \(YearView(days: days, now: view.now, base: base).html)
                </section>
                <section id="history" aria-label="Runs">
                \(form)
                <p class="quiet" id="found">\(found)</p>
                \(page.runs.isEmpty ? "" : RunTable(runs: page.runs, operations: view.operations, base: base).html)
                \(pages)
                </section>
                """
        ).html
    }

    private var form: String {
        let phases = RunRecord.Phase.names.map { ($0, $0.replacing("_", with: " ")) }
        let triggers = Trigger.allCases.map { ($0.rawValue, $0.rawValue) }
        let kinds = RunFilter.Kind.allCases.map { ($0.rawValue, $0.rawValue) }
        return """
            <form id="filters" class="filters" method="get" action="\(base)/runs" role="search" aria-label="Which runs">
            \(select("kind", "What", kinds, query.filter.kind?.rawValue))
            \(select("status", "Status", phases, query.filter.phase?.name))
            \(select("trigger", "Started by", triggers, query.filter.trigger?.rawValue))
            <label>Day (UTC) <input type="date" name="day" value="\(query.day ?? "")"></label>
            <button type="submit">Show</button>
            <a href="\(base)/runs">All</a>
            </form>
            """
    }

    private func select(_ name: String, _ label: String, _ options: [(String, String)], _ chosen: String?) -> String {
        let items = ([("", "any")] + options).map { value, words in
            #"<option value="\#(value)"\#(value == (chosen ?? "") ? " selected" : "")>\#(words)</option>"#
        }
        return #"<label>\#(label) <select name="\#(name)">\#(items.joined())</select></label>"#
    }

    private var found: String {
        guard page.total > 0 else { return "No run is like that." }
        let first = (query.page - 1) * HistoryQuery.perPage + 1
        let all =
            switch query.filter.kind {
            case .runs: Words.count(page.total, "run")
            case .previews: Words.count(page.total, "preview")
            case .restores: Words.count(page.total, "restore")
            case nil: Words.count(page.total, "entry", "entries")
            }
        guard first <= page.total else { return "There are only \(all)." }
        return
            "\(Words.number(first)) to \(Words.number(first + page.runs.count - 1)) of \(all), newest first"
    }

    private var pages: String {
        let last = (page.total + HistoryQuery.perPage - 1) / HistoryQuery.perPage
        guard last > 1 else { return "" }
        func link(_ number: Int, _ words: String, _ rel: String) -> String {
            #"<a rel="\#(rel)" href="\#(base)/runs\#(query.link(page: number))">\#(words)</a>"#
        }
        return """
            <nav class="pages" aria-label="Pages of the history">
            \(query.page > 1 ? link(min(query.page - 1, last), "Newer", "prev") : "")
            <span>Page \(Words.number(query.page)) of \(Words.number(last))</span>
            \(query.page < last ? link(query.page + 1, "Older", "next") : "")
            </nav>
            """
    }
}
