import Sweeping

/// Every operation with what goes and what stays, in words, what is still to be done, and how it was lately.
struct OperationList {
    let view: StatusView
    let isAllowed: Bool
    let base: String

    /// So many runs show how it was lately.
    private static let trend = 20

    var html: String {
        """
        <section id="what" aria-labelledby="what-title">
        <h2 id="what-title">What runs do</h2>
        <div class="what">
        \(view.operations.map(entry).joined(separator: "\n"))
        </div>
        </section>
        """
    }

    private func entry(_ operation: OperationFacts) -> String {
        let isOn = view.enabled.contains(operation.name)
        let name =
            operation.name == OperationName(rawValue: operation.wording.title) ? "" : " <code>\(operation.name)</code>"
        return """
            <article id="what-\(operation.name)"\(isOn ? "" : #" class="off""#)>
            <h3>\(escaped(operation.wording.title))\(name)\(isOn ? "" : #" <span class="tag">switched off</span>"#)</h3>
            <p>\(escaped(operation.summary))</p>
            \(isOn ? #"<p class="lately">\#(backlog(operation.name)) \#(lately(operation))</p>"# : "")\(held(operation.name))
            </article>
            """
    }

    private func backlog(_ name: OperationName) -> String {
        guard let rows = view.backlog[name.rawValue] ?? nil else {
            let reason =
                view.database.isUp == false
                ? "the database can't be used"
                : view.lastRun == nil ? "no run has counted it yet" : "the last run didn't count it"
            return #"<span class="quiet">Backlog unknown: \#(reason).</span>"#
        }
        guard rows > 0 else { return "No backlog." }
        return "<span><strong>\(Words.count(rows, "row"))</strong> left after the last run.</span>"
    }

    /// What the last runs did of it, oldest first.
    private func lately(_ operation: OperationFacts) -> String {
        let counts = view.recent.compactMap { record -> Int? in
            record.isSweep ? record.figures?.rows[operation.name.rawValue] : nil
        }.prefix(OperationList.trend).reversed().map(\.self)
        guard counts.count > 1, let most = counts.max() else { return "" }
        guard most > 0 else { return #"<span class="quiet">Nothing to do in the last \#(counts.count) runs.</span>"# }
        let average = Double(counts.reduce(0, +)) / Double(counts.count)
        let mean = average < 1 ? "less than one row" : Words.count(Int(average.rounded()), "row")
        let bars = counts.enumerated().map { place, count in
            let height = count == 0 ? 0.5 : max(Double(count) / Double(most) * 16, 1.5)
            return
                #"<rect x="\#(place * 4)" y="\#(((16 - height) * 10).rounded() / 10)" width="3" height="\#((height * 10).rounded() / 10)"/>"#
        }
        return """
            <span class="trend"><svg viewBox="0 0 \(counts.count * 4) 16" width="\(counts.count * 4)" height="16" aria-hidden="true">\
            \(bars.joined())</svg> \(mean) a run in the last \(counts.count), \(Words.number(most)) at the most</span>
            """
    }

    private func held(_ name: OperationName) -> String {
        guard let held = view.held[name.rawValue] else { return "" }
        let since = held.since.map { " since \(time($0))" } ?? ""
        let approval =
            view.approved.contains(name.rawValue)
            ? "<strong>It is approved and goes on in the next run, once.</strong>"
            : """
            <button type="submit" id="approve-\(name)" data-approve="\(name)"\(isAllowed ? "" : " hidden")>Let it go on once</button>\
            \(isAllowed ? "" : " <code>jobsweep approve \(name)</code> lets it go on once.")
            """
        return """
            <form class="bad held" method="post" action="\(base)/operations/\(name)/approve">
            <p>Held: \(escaped(held.what))\(since). Nothing of it is done until it is approved; a preview shows what it would do. \
            \(approval)</p></form>
            """
    }
}
