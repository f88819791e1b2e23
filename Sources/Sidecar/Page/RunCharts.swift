import Sweeping

/// Small charts of the last runs over time: rows by operation, and how long each took. Dry runs and restores are left out; a run that failed is drawn
/// as one.
struct RunCharts {
    let runs: [RunRecord]
    let operations: [OperationFacts]

    private static let width = 400.0
    private static let height = 132.0
    /// Room for the figures of the scales.
    private static let left = 52.0
    private static let bottom = 22.0
    private static let top = 12.0

    private typealias Bar = (record: RunRecord, label: String, parts: [(style: String, value: Double)])

    var html: String {
        let shown = runs.reversed().filter { record in
            if case .over = record.phase { record.isSweep } else { false }
        }
        guard !shown.isEmpty else { return "" }
        let rows: [Bar] = shown.map { record in
            let figures = record.figures?.rows ?? [:]
            let named = operations.compactMap { operation -> String? in
                guard let count = figures[operation.name.rawValue], count > 0 else { return nil }
                return "\(operation.wording.title) \(Words.number(count))"
            }
            return (
                record, named.isEmpty ? "nothing to do" : named.joined(separator: ", "),
                operations.enumerated().map { (style($0, $1), Double(figures[$1.name.rawValue] ?? 0)) }
            )
        }
        let durations: [Bar] = shown.map {
            ($0, readableSeconds(seconds($0)), [("duration", seconds($0))])
        }
        return """
            <div class="charts">
            <figure><figcaption>Rows changed by each run</figcaption>
            \(chart(rows, title: "Rows changed by each run") { Words.number(Int($0.rounded())) })
            \(key(shown))
            </figure>
            <figure><figcaption>Duration of each run</figcaption>
            \(chart(durations, title: "Duration of each run", scale: readableSeconds))
            </figure>
            </div>
            """
    }

    private func seconds(_ record: RunRecord) -> Double { record.duration?.inSeconds ?? 0 }

    /// The operation's name, and its colour by its place: the style sheet has six.
    private func style(_ place: Int, _ operation: OperationFacts) -> String { "\(operation.name) series-\(place % 6)" }

    /// Only of operations that did something.
    private func key(_ shown: [RunRecord]) -> String {
        var items = operations.enumerated().compactMap { place, operation -> String? in
            guard shown.contains(where: { ($0.figures?.rows[operation.name.rawValue] ?? 0) > 0 }) else { return nil }
            return item(style(place, operation), escaped(operation.wording.title))
        }
        if shown.contains(where: isFailed) { items.append(item("failed", "failed")) }
        return #"<ul class="key">\#(items.joined())</ul>"#
    }

    private func item(_ style: String, _ text: String) -> String {
        #"<li><svg viewBox="0 0 8 8" aria-hidden="true"><rect class="\#(style)" width="8" height="8"/></svg>\#(text)</li>"#
    }

    private func isFailed(_ record: RunRecord) -> Bool { record.phase == .over(.failed) }

    private func chart(_ bars: [Bar], title: String, scale: (Double) -> String) -> String {
        let most = max(bars.map { $0.parts.reduce(0) { $0 + $1.value } }.max() ?? 0, .leastNormalMagnitude)
        let step = (RunCharts.width - RunCharts.left) / Double(max(bars.count, 12))
        let floor = RunCharts.height - RunCharts.bottom
        let drawn = bars.enumerated().map { index, bar in
            let x = RunCharts.left + Double(index) * step
            var base = floor
            var shapes = bar.parts.filter { $0.value > 0 }.map { part in
                // Something that happened is seen, however small it is beside the rest.
                let size = max(part.value / most * (floor - RunCharts.top), 1)
                base -= size
                let style = isFailed(bar.record) ? "failed" : part.style
                return rectangle(style, x: x, y: base, width: step * 0.8, height: size)
            }
            if isFailed(bar.record), shapes.isEmpty {
                shapes.append(
                    rectangle("failed", x: x, y: RunCharts.top, width: step * 0.8, height: floor - RunCharts.top))
            }
            // The whole height tells its numbers, not only what is drawn.
            shapes.append(rectangle("hit", x: x, y: 0, width: step, height: floor))
            return "<g><title>\(escaped(label(bar)))</title>\(shapes.joined())</g>"
        }
        return """
            <svg viewBox="0 0 \(Int(RunCharts.width)) \(Int(RunCharts.height))" role="img" aria-label="\(title)">
            <line class="axis" x1="\(round(RunCharts.left))" y1="\(round(floor))" x2="\(Int(RunCharts.width))" y2="\(round(floor))"/>
            \(text(RunCharts.left - 4, RunCharts.top + 4, "end", scale(most == .leastNormalMagnitude ? 0 : most)))
            \(text(RunCharts.left - 4, floor, "end", "0"))
            \(timeAxis(bars.map(\.record), step, floor).joined(separator: "\n"))
            \(drawn.joined(separator: "\n"))
            </svg>
            """
    }

    private func label(_ bar: Bar) -> String {
        let moment = bar.record.startedAt.rfc3339.prefix(19).replacing("T", with: " ")
        return "\(moment) UTC, \(bar.record.phase.name.replacing("_", with: " ")): \(bar.label)"
    }

    /// When the first and the last run and one between them began, in UTC.
    private func timeAxis(_ records: [RunRecord], _ step: Double, _ floor: Double) -> [String] {
        guard let first = records.first, let last = records.last else { return [] }
        let hasDays = last.startedAt - first.startedAt > .days(1)
        let places = records.count < 9 ? [0, records.count - 1] : [0, records.count / 2, records.count - 1]
        return Set(places).sorted().map { index in
            let record = records[index]
            let clock = String(record.startedAt.rfc3339.dropFirst(11).prefix(5))
            let words = hasDays ? "\(Words.shortDay(record.startedAt)), \(clock)" : clock
            let x = RunCharts.left + (Double(index) + 0.4) * step
            let anchor = index == 0 ? "start" : index == records.count - 1 && x > RunCharts.width / 2 ? "end" : "middle"
            let at = anchor == "start" ? RunCharts.left : anchor == "end" ? x + step * 0.4 : x
            guard index != records.count - 1 || index == 0 || x - RunCharts.left > 60 else { return "" }
            return text(at, floor + 14, anchor, index == records.count - 1 ? words + " UTC" : words, style: "axis-time")
        }
    }

    private func text(_ x: Double, _ y: Double, _ anchor: String, _ words: String, style: String = "scale") -> String {
        #"<text class="\#(style)" x="\#(round(x))" y="\#(round(y))" text-anchor="\#(anchor)">\#(escaped(words))</text>"#
    }

    private func rectangle(_ style: String, x: Double, y: Double, width: Double, height: Double) -> String {
        #"<rect class="\#(style)" x="\#(round(x))" y="\#(round(y))" width="\#(round(width))" height="\#(round(height))"/>"#
    }

    /// Two decimals: the picture needs no more.
    private func round(_ number: Double) -> Double {
        (number * 100).rounded() / 100
    }
}
