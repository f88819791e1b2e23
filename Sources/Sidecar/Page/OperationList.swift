import Sweeping

/// Every operation with what goes and what stays, in words, and with what waits for the next run.
struct OperationList {
    let operations: [OperationFacts]
    let enabled: [OperationName]
    let backlog: [String: Int?]
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
        let isOn = enabled.contains(operation.name)
        let rows = backlog[operation.name.rawValue] ?? nil
        let left = rows.map { "\($0) rows wait for the next run" } ?? "nobody knows yet how many rows wait"
        let state = isOn ? left : "switched off"
        return """
            <div><dt id="what-\(operation.name)">\(escaped(operation.wording.title))</dt>
            <dd>\(escaped(operation.summary)) <span class="quiet">\(state)</span>\(held(operation.name))</dd></div>
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
