/// What is wrong, before anything else on the page.
struct ConcernList {
    let concerns: [Concern]

    var html: String {
        guard !concerns.isEmpty else { return #"<div id="concerns" hidden></div>"# }
        return """
            <div id="concerns" role="region" aria-label="What is wrong">
            \(concerns.map(entry).joined(separator: "\n"))
            </div>
            """
    }

    private func entry(_ concern: Concern) -> String {
        let since = concern.since.map { #" <span class="since">since \#(time($0))</span>"# } ?? ""
        return """
            <section class="concern \(concern.kind.isGrave ? "grave" : "mild")" data-concern="\(concern.kind.rawValue)">
            <h2>\(escaped(concern.kind.title))\(since)</h2>
            <p class="finding">\(marked(concern.sentence))</p>
            <p>\(marked(concern.kind.meaning)) \(marked(concern.kind.remedy)) \
            <a href="\(escaped(concern.kind.runbook))" rel="noreferrer">Runbook</a></p>
            </section>
            """
    }
}
