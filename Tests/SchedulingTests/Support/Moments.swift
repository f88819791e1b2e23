import CivilTime
import Foundation
import Scheduling

/// The moment that `text` names in UTC, such as `2026-03-02 10:00` or `2026-03-02 10:00:30`; the calendar is Foundation's, so
/// that the code under test isn't measured against itself.
func utc(_ text: String) -> Timestamp {
    let whole = text.count == 16 ? text + ":00" : text
    guard let date = try? Date(whole.replacing(" ", with: "T") + "Z", strategy: .iso8601) else {
        preconditionFailure("\(text) is no moment")
    }
    return Timestamp(microseconds: Int64(date.timeIntervalSince1970) * 1_000_000)
}

extension Timestamp {
    /// As `utc` reads it; seconds are left out where there are none, and what is finer follows as microseconds.
    var text: String {
        let seconds = Int64((Double(microseconds) / 1_000_000).rounded(.down))
        let iso = Date(timeIntervalSince1970: TimeInterval(seconds)).formatted(.iso8601)
        var text = iso.replacing("T", with: " ").replacing("Z", with: "")
        if text.hasSuffix(":00") { text.removeLast(3) }
        let rest = microseconds - seconds * 1_000_000
        return rest == 0 ? text : "\(text) and \(rest)us"
    }
}

extension Duration {
    static func minutes(_ count: Double) -> Duration { .seconds(count * 60) }
    static func hours(_ count: Double) -> Duration { .seconds(count * 3600) }
    static func days(_ count: Double) -> Duration { .seconds(count * 86_400) }
}
