import CivilTime
import Sweeping

/// Numbers, times and spans as a person reads them.
enum Words {
    /// `3,603`
    static func number(_ number: Int) -> String {
        let digits = String(number.magnitude)
        var text = ""
        for (place, digit) in digits.enumerated() {
            if place > 0, (digits.count - place) % 3 == 0 { text.append(",") }
            text.append(digit)
        }
        return (number < 0 ? "-" : "") + text
    }

    /// `1 run`, `3,603 runs`
    static func count(_ count: Int, _ one: String, _ many: String? = nil) -> String {
        "\(number(count)) \(count == 1 ? one : many ?? one + "s")"
    }

    /// `26 October 2026`, in UTC.
    static func day(_ instant: Timestamp) -> String {
        let date = CivilDate(instant)
        return "\(date.day) \(months[date.month - 1]) \(date.year)"
    }

    /// `26 Oct`, in UTC.
    static func shortDay(_ instant: Timestamp) -> String {
        let date = CivilDate(instant)
        return "\(date.day) \(months[date.month - 1].prefix(3))"
    }

    private static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ]

    /// The two largest units: `2 days 4 hours`, `3 minutes 20 seconds`, `12 seconds`.
    static func span(_ span: Duration) -> String {
        Duration.words(seconds: Int(max(span.inSeconds, 0).rounded()), most: 2)
    }

    /// `a, b and c`
    static func list(_ words: [String]) -> String {
        words.count < 2 ? words.joined() : words.dropLast().joined(separator: ", ") + " and " + words[words.count - 1]
    }

    /// What is to become of some rows, as a sentence: `3,603 jobs finished before 26 October 2026 go`.
    static func announce(_ count: Int, _ operation: OperationFacts, at now: Timestamp) -> String {
        let announcement = operation.announcement
        let which =
            switch announcement.which {
            case .those(let words): words
            case .older(let happened, let age): "\(happened) before \(moment(now - age, age))"
            }
        let noun = count == 1 ? announcement.noun.one : announcement.noun.many
        let fate = count == 1 ? announcement.fate.one : announcement.fate.many
        return "\(count == 0 ? "no" : number(count)) \(noun) \(which) \(fate)"
    }

    /// A day where that is exact enough, else with the time of day.
    private static func moment(_ instant: Timestamp, _ age: Duration) -> String {
        guard age < .days(3) else { return day(instant) }
        return "\(day(instant)), \(String(instant.rfc3339.dropFirst(11).prefix(5))) UTC"
    }
}

extension SkipReason {
    /// What is the matter with such rows, behind their number.
    var words: String {
        switch self {
        case .alive: "past their timeout but alive"
        case .changed: "changed by the application meanwhile"
        case .unreadable: "with a timestamp that can't be read"
        case .future: "with a time that lies in the future"
        case .unknown: "that depend on a row in a state that isn't the application's own"
        case .referenced: "whose deletion would take a row along that is in use"
        case .busy: "locked by somebody else for too long"
        }
    }
}

extension PauseReason {
    /// What was waited for.
    var words: String {
        switch self {
        case .application: "for the application's own writers"
        case .checkpoint: "for the write-ahead log to be moved into the database"
        case .replication: "for replicas that were behind"
        case .snapshot: "for others' old snapshots"
        case .autovacuum: "for the database's own cleaning"
        case .throttleQuery: "because the throttle query said so"
        }
    }
}

extension Requester {
    /// `bob from 192.0.2.7`, `the schedule`
    var words: String {
        let who =
            switch kind {
            case .user: name ?? "a user"
            case .token: "whoever has the control token"
            case .cli: "the command line"
            case .schedule: "the schedule"
            case .shutdown: "the end of the process"
            }
        let forwarded = forwardedFor.map { ", for \($0)" } ?? ""
        return address.map { "\(who) from \($0)\(forwarded)" } ?? who
    }
}
