import CivilTime
import HTTPServer
import Sweeping

/// Which runs the history page shows, as its address says.
struct HistoryQuery: Equatable {
    static let parameters: [QueryParameter] = ["status", "trigger", "kind", "day", "page"]
    static let perPage = 50

    var filter = RunFilter()
    /// The day as it was written: `2026-11-23`.
    var day: String?
    /// From 1.
    var page = 1

    init() {}

    /// - Throws: `RequestProblem`. A field that is empty is one that a form left open.
    init(_ request: HTTPRequest) throws(RequestProblem) {
        for item in request.query where !item.value.isEmpty {
            switch item.name {
            case "status":
                guard let phase = RunRecord.Phase(name: item.value) else {
                    throw HistoryQuery.unknown(item, RunRecord.Phase.names)
                }
                filter.phase = phase
            case "trigger":
                guard let trigger = Trigger(rawValue: item.value) else {
                    throw HistoryQuery.unknown(item, Trigger.allCases.map(\.rawValue))
                }
                filter.trigger = trigger
            case "kind":
                guard let kind = RunFilter.Kind(rawValue: item.value) else {
                    throw HistoryQuery.unknown(item, RunFilter.Kind.allCases.map(\.rawValue))
                }
                filter.kind = kind
            case "day":
                guard let start = HistoryQuery.midnight(item.value) else {
                    throw .malformed("'day' must be a date such as 2026-11-23, not '\(item.value)'")
                }
                filter.span = start..<(start + .days(1))
                day = item.value
            default:
                guard let number = Int(item.value), (1...1_000_000).contains(number) else {
                    throw .malformed("'page' must be a whole number from 1 on, not '\(item.value)'")
                }
                page = number
            }
        }
    }

    private static func unknown(_ item: RequestTarget.QueryItem, _ allowed: [String]) -> RequestProblem {
        .malformed("unknown \(item.name) '\(item.value)'; allowed are \(allowed.joined(separator: ", "))")
    }

    private static func midnight(_ text: String) -> Timestamp? {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, text.utf8.count == 10, let year = Int(parts[0]), let month = Int(parts[1]),
            let day = Int(parts[2])
        else { return nil }
        return CivilDate(year: year, month: month, day: day)?.asUTC
    }

    /// The address of another page of the same list, behind `/runs`.
    func link(page: Int) -> String {
        var items: [String] = []
        if let phase = filter.phase { items.append("status=\(phase.name)") }
        if let trigger = filter.trigger { items.append("trigger=\(trigger.rawValue)") }
        if let kind = filter.kind { items.append("kind=\(kind.rawValue)") }
        if let day { items.append("day=\(day)") }
        if page > 1 { items.append("page=\(page)") }
        return items.isEmpty ? "" : "?" + items.joined(separator: "&amp;")
    }
}
