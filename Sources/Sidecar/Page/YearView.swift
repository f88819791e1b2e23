import CivilTime
import Sweeping

/// The days of the last year, a square each, by how their runs ended. Weeks go from left to right, days from Monday down.
struct YearView {
    let days: [RunDay]
    let now: Timestamp
    let base: String

    static let span: Duration = .days(365)
    private static let side = 10.0
    private static let top = 14.0

    var html: String {
        let midnight = Timestamp(microseconds: now.microseconds - now.microseconds % 86_400_000_000)
        // 1970 began on a Thursday, which is the fourth day.
        let weekday = Int((midnight.microseconds / 86_400_000_000 + 3) % 7)
        let first = midnight - .days(52 * 7 + weekday)
        let known = Dictionary(days.map { ($0.start, $0) }, uniquingKeysWith: { $1 })
        let count = 52 * 7 + weekday + 1
        let cells = (0..<count).map { index in
            cell(index, first + .days(index), known[first + .days(index)])
        }
        return """
            <figure class="year"><figcaption>The last year, a square a day (UTC)</figcaption>
            <div class="scroll" tabindex="0" role="group" aria-label="The last year">
            <svg viewBox="0 0 \(Int(53 * YearView.side)) \(Int(7 * YearView.side + YearView.top))" aria-label="Runs of the last year, by day">
            \(months(first).joined())
            \(cells.joined(separator: "\n"))
            </svg></div>
            \(key)
            </figure>
            """
    }

    private func cell(_ index: Int, _ start: Timestamp, _ day: RunDay?) -> String {
        let (x, y) = (Double(index / 7) * YearView.side, Double(index % 7) * YearView.side + YearView.top)
        let shape = #"<rect class="\#(style(day))" x="\#(x + 0.5)" y="\#(y + 0.5)" width="9" height="9" rx="1.5"/>"#
        guard let day else { return shape }
        let date = start.rfc3339.prefix(10)
        return #"<a href="\#(base)/runs?day=\#(date)"><title>\#(label(day))</title>\#(shape)</a>"#
    }

    private func style(_ day: RunDay?) -> String {
        guard let day else { return "day-none" }
        if day.phases[.over(.failed)] != nil { return "day-bad" }
        if day.phases[.over(.completedWithErrors)] != nil || day.phases[.over(.cancelled)] != nil { return "day-warn" }
        return "day-good"
    }

    private func label(_ day: RunDay) -> String {
        let phases = day.phases.sorted { $0.key.name < $1.key.name }
            .map { "\(Words.number($0.value)) \($0.key.name.replacing("_", with: " "))" }
        return "\(Words.day(day.start)): \(Words.count(day.runs, "run")), \(phases.joined(separator: ", "))"
    }

    /// The names of months above the weeks that they begin in.
    private func months(_ first: Timestamp) -> [String] {
        (0..<52).compactMap { week in
            let day = first + .days(week * 7)
            guard CivilDate(day).day <= 7 else { return nil }
            let name = Words.shortDay(day).suffix(3)
            return #"<text x="\#(Double(week) * YearView.side)" y="9">\#(name)</text>"#
        }
    }

    private var key: String {
        let items = [
            ("day-good", "all completed"), ("day-warn", "errors, or cancelled"), ("day-bad", "failed"),
            ("day-none", "no run"),
        ].map {
            #"<li><svg viewBox="0 0 8 8" aria-hidden="true"><rect class="\#($0.0)" width="8" height="8"/></svg>\#($0.1)</li>"#
        }
        return #"<ul class="key">\#(items.joined())</ul>"#
    }
}
