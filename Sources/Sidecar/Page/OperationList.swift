import Sweeping

/// Every operation with what goes and what stays, in words.
struct OperationList {
    let operations: [OperationFacts]
    let enabled: [OperationName]
    let held: [String: HeldOperation]

    var html: String {
        """
        <section id="what" aria-labelledby="what-title">
        <h2 id="what-title">What runs do</h2>
        <dl class="what">
        \(operations.map(entry).joined(separator: "\n"))
        </dl>
        </section>
        """
    }

    private func entry(_ operation: OperationFacts) -> String {
        let state = enabled.contains(operation.name) ? "" : #" <span class="quiet">switched off</span>"#
        return """
            <div><dt id="what-\(operation.name)">\(escaped(operation.wording.title))</dt>
            <dd>\(escaped(operation.summary))\(state)\(held(operation.name))</dd></div>
            """
    }

    private func held(_ name: OperationName) -> String {
        guard let held = held[name.rawValue] else { return "" }
        return """
            <p class="bad" role="alert">Held: \(escaped(held.what)). Nothing of it is done until it is approved; a preview shows what it \
            would do. <button type="button" data-approve="\(name)" hidden>Let it go on once</button></p>
            """
    }
}
