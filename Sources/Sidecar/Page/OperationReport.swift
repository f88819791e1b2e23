import Sweeping

/// What a run did, or would do, operation by operation.
struct OperationReport {
    let record: RunRecord
    let operations: [OperationFacts]

    private var details: RunDetails? { record.figures?.details }
    private var isPreview: Bool { record.request.dryRun }

    var html: String {
        let reading = ReportReading(of: record)
        return record.request.operations.map { entry($0, reading) }.joined(separator: "\n")
    }

    private func entry(_ name: OperationName, _ reading: ReportReading) -> String {
        let facts = operations.first { $0.name == name }
        let title = facts?.wording.title ?? name.rawValue
        var lines: [String] = []
        if let held = reading.held.first(where: { $0.operation == name.rawValue }) {
            lines.append(#"<p class="warn">\#(escaped(held.message))</p>"#)
        } else {
            lines.append("<p>\(escaped(sentence(name, facts)))</p>")
        }
        let details = details?.operations[name.rawValue]
        if let details {
            if details.types.count > 0 { lines.append(types(details.types)) }
            let beside = beside(details)
            if !beside.isEmpty { lines.append(#"<p class="quiet">\#(escaped(beside))</p>"#) }
        }
        lines += samples(reading.samples[name.rawValue] ?? details?.samples ?? [], of: rows(name) ?? 0)
        return """
            <div class="operation" data-operation="\(escaped(name.rawValue))"><h2>\(escaped(title))</h2>
            \(lines.joined(separator: "\n"))
            </div>
            """
    }

    private func rows(_ name: OperationName) -> Int? { record.figures?.rows[name.rawValue] }

    /// What a run would do, a sentence for each operation that has something to do.
    var announcements: [String] {
        record.request.operations.compactMap { name in
            guard (rows(name) ?? 0) > 0 else { return nil }
            return sentence(name, operations.first { $0.name == name })
        }
    }

    private func sentence(_ name: OperationName, _ facts: OperationFacts?) -> String {
        guard let count = rows(name), record.figures?.details.map({ $0.operations[name.rawValue] != nil }) ?? true
        else {
            return "Not begun."
        }
        guard count > 0 else { return "Nothing to do." }
        guard let facts else { return Words.count(count, "row") + (isPreview ? " would be changed." : " changed.") }
        if isPreview { return capitalized(Words.announce(count, facts, at: record.startedAt)) + "." }
        return "\(Words.number(count)) \(facts.wording.outcome(dryRun: false))."
    }

    private func types(_ types: [String: Int]) -> String {
        let sorted = types.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        let words = sorted.map { "\(escaped($0.key)) \(Words.number($0.value))" }
        return #"<p class="types">By type: \#(words.joined(separator: ", ")).</p>"#
    }

    private func beside(_ details: RunDetails.Operation) -> String {
        var sentences: [String] = []
        if details.dependents > 0 {
            let went = isPreview ? "would go with them" : "went with them"
            sentences.append("\(Words.count(details.dependents, "row")) of other tables \(went).")
        }
        for reason in SkipReason.allCases {
            guard let count = details.skipped[reason.rawValue] else { continue }
            // A sign of life from the future is none: such a job is settled.
            sentences.append(
                "\(reason == .future ? "To look at" : "Left alone"): \(Words.number(count)) \(reason.words).")
        }
        if details.errors > 0 { sentences.append("\(Words.count(details.errors, "error")), listed below.") }
        if !isPreview { sentences.append("Took \(readableSeconds(details.seconds)).") }
        return sentences.joined(separator: " ")
    }

    private func samples(_ samples: [RowSample], of count: Int) -> [String] {
        guard !samples.isEmpty else { return [] }
        let more = count - samples.count
        let items =
            samples.map { "<li><code>\(escaped($0.id))</code> \(timed($0.note))</li>" }
            + (more > 0 ? ["<li>and \(Words.number(more)) more</li>"] : [])
        return [
            """
            <details\(isPreview ? " open" : "")><summary>Some of them</summary>
            <ul class="samples">\(items.joined())</ul></details>
            """
        ]
    }
}

func capitalized(_ text: String) -> String { text.prefix(1).uppercased() + text.dropFirst() }
