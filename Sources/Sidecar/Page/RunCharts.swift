import Sweeping

/// Small charts of the last runs: rows by operation, and how long each took. Oldest on the left; dry runs are left out.
struct RunCharts {
    let runs: [RunRecord]
    let operations: [OperationFacts]

    private static let width = 400.0
    private static let height = 110.0
    /// Room for the figures of the scale.
    private static let left = 44.0
    private static let bottom = 4.0

    private typealias Bar = (label: String, parts: [(style: String, value: Double)])

    var html: String {
        let figures = runs.reversed().compactMap { record -> (RunRecord, RunFigures)? in
            guard !record.request.dryRun, let figures = record.figures else { return nil }
            return (record, figures)
        }
        guard !figures.isEmpty else { return "" }
        let rows: [Bar] = figures.map { record, figures in
            (
                label(
                    record,
                    operations.map { "\($0.name) \(figures.rows[$0.name.rawValue] ?? 0)" }.joined(separator: ", ")
                ),
                operations.enumerated().map { (style($0, $1), Double(figures.rows[$1.name.rawValue] ?? 0)) }
            )
        }
        let durations: [Bar] = figures.map { record, _ in
            (label(record, readableSeconds(seconds(record))), [("duration", seconds(record))])
        }
        return """
            <div class="charts">
            <figure><figcaption>Rows changed by each run</figcaption>
            \(chart(rows, title: "Rows changed by each run") { String(Int($0.rounded())) })
            \(key)
            </figure>
            <figure><figcaption>Duration of each run</figcaption>
            \(chart(durations, title: "Duration of each run", scale: readableSeconds))
            </figure>
            </div>
            """
    }

    private func seconds(_ record: RunRecord) -> Double { record.duration?.inSeconds ?? 0 }

    private func label(_ record: RunRecord, _ text: String) -> String {
        "\(record.startedAt.rfc3339.prefix(19).replacing("T", with: " ")): \(text)"
    }

    /// The operation's name, and its colour by its place: the style sheet has six.
    private func style(_ place: Int, _ operation: OperationFacts) -> String { "\(operation.name) series-\(place % 6)" }

    private var key: String {
        let items = operations.enumerated().map { place, operation in
            """
            <li><svg viewBox="0 0 8 8" aria-hidden="true"><rect class="\(style(place, operation))" width="8" height="8"/></svg>\
            \(operation.name)</li>
            """
        }
        return #"<ul class="key">\#(items.joined())</ul>"#
    }

    private func chart(_ bars: [Bar], title: String, scale: (Double) -> String) -> String {
        let top = max(bars.map { $0.parts.reduce(0) { $0 + $1.value } }.max() ?? 0, .leastNormalMagnitude)
        let step = (RunCharts.width - RunCharts.left) / Double(max(bars.count, 12))
        let floor = RunCharts.height - RunCharts.bottom
        let drawn = bars.enumerated().map { index, bar in
            var base = floor
            let rectangles = bar.parts.filter { $0.value > 0 }.map { part in
                // Something that happened is seen, however small it is beside the rest.
                let size = max(part.value / top * (floor - 14), 1)
                base -= size
                return rectangle(
                    part.style, x: RunCharts.left + Double(index) * step, y: base, width: step * 0.8, height: size)
            }
            return "<g><title>\(escaped(bar.label))</title>\(rectangles.joined())</g>"
        }
        return """
            <svg viewBox="0 0 \(Int(RunCharts.width)) \(Int(RunCharts.height))" role="img" aria-label="\(title)">
            <line class="axis" x1="\(round(RunCharts.left))" y1="\(round(floor))" x2="\(Int(RunCharts.width))" y2="\(round(floor))"/>
            <text x="\(round(RunCharts.left - 4))" y="14" text-anchor="end">\(escaped(scale(top == .leastNormalMagnitude ? 0 : top)))</text>
            <text x="\(round(RunCharts.left - 4))" y="\(round(floor))" text-anchor="end">0</text>
            \(drawn.joined(separator: "\n"))
            </svg>
            """
    }

    private func rectangle(_ style: String, x: Double, y: Double, width: Double, height: Double) -> String {
        #"<rect class="\#(style)" x="\#(round(x))" y="\#(round(y))" width="\#(round(width))" height="\#(round(height))"/>"#
    }

    /// Two decimals: the picture needs no more.
    private func round(_ number: Double) -> Double {
        (number * 100).rounded() / 100
    }
}
