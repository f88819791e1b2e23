import Sweeping

/// A rule as one source says it: what it doesn't say is nil, and comes from a preset's rule of the same name, or is the default.
struct RuleDraft: Sendable, Equatable {
    /// How long rows are kept.
    enum Keep: Sendable, Equatable {
        case forever
        case span(Duration)

        var duration: Duration? { if case .span(let span) = self { span } else { nil } }
    }

    enum Format: Sendable, Equatable {
        case auto
        case fixed(TimeFormat)

        var format: TimeFormat? { if case .fixed(let format) = self { format } else { nil } }
    }

    var name: String
    var isEnabled: Bool?
    var table: TableReference?
    var key: [String]?
    var time: Rule.Time?
    var format: Format?
    var zone: TimeZoneRules?
    var keep: Keep?
    var keepsShort: Bool?
    var keepBy: [Rule.Named<[Rule.Keep]>]?
    var only: [Rule.Named<[RuleValue]>]?
    var except: [Rule.Named<[RuleValue]>]?
    var newest: NewestRule?
    var references: [ColumnReference]?
    var dependents: [Dependents]?
    var maxRows: MaxRows?
    var onlyIf: [Rule.Presence]?
    var notIf: [Rule.Presence]?
    /// Where it stands, for messages.
    var line: Int?
    /// Where each of its keys stands, what is wrong with it or not.
    var lines: [String: Int] = [:]

    enum MaxRows: Sendable, Equatable {
        case none
        case rows(Int)

        var rows: Int? { if case .rows(let rows) = self { rows } else { nil } }
    }

    init(name: String) {
        self.name = name
    }

    /// Without this word, nothing younger than an hour is deleted.
    static let shortestKeep: Duration = .hours(1)
    static let longestKeep: Duration = .days(36_500)

    /// This rule with what it doesn't say taken from another of its name.
    func over(_ other: RuleDraft) -> RuleDraft {
        var result = self
        result.isEnabled = isEnabled ?? other.isEnabled
        result.table = table ?? other.table
        result.key = key ?? other.key
        result.time = time ?? other.time
        result.format = format ?? other.format
        result.zone = zone ?? other.zone
        result.keep = keep ?? other.keep
        result.keepsShort = keepsShort ?? other.keepsShort
        result.keepBy = keepBy ?? other.keepBy
        result.only = only ?? other.only
        result.except = except ?? other.except
        result.newest = newest ?? other.newest
        result.references = references ?? other.references
        result.dependents = dependents ?? other.dependents
        result.maxRows = maxRows ?? other.maxRows
        result.onlyIf = onlyIf ?? other.onlyIf
        result.notIf = notIf ?? other.notIf
        return result
    }

    /// What is wrong with a rule as a whole.
    struct Problem: Error {
        /// The key that is at fault; nil for the rule itself.
        var key: String?
        var message: String
    }

    /// - Returns: nil where something is wrong that was said already.
    /// - Throws: `Problem` that says what is missing, or doesn't go together.
    func rule() throws(Problem) -> Rule? {
        func missing(_ key: String, _ message: String) throws(Problem) {
            // What is there and no good has been told.
            if lines[key] == nil { throw Problem(key: nil, message: "has no `\(key)`: \(message)") }
        }
        guard let table else {
            try missing("table", "name the table that it keeps short")
            return nil
        }
        guard let time else {
            try missing("time", "name the column that says how old a row is")
            return nil
        }
        guard let keep else {
            try missing("keep", "say how long a row stays, such as keep: 30d, or forever")
            return nil
        }
        if keepsShort != true {
            try refuseShort("keep", [keep.duration])
            try refuseShort("keep_by", (keepBy ?? []).flatMap { $0.content.map(\.keep) })
        }
        if let key, key.count > 1 {
            for (name, isSaid) in [("unless_referenced", references?.isEmpty), ("dependents", dependents?.isEmpty)]
            where isSaid == false {
                throw Problem(
                    key: name,
                    message: "goes by one column, and the key has \(key.count): \(key.joined(separator: ", "))")
            }
        }
        var rule = Rule(OperationName(rawValue: name), table: table, time: time, keep: keep.duration)
        rule.isEnabled = isEnabled ?? true
        rule.key = key ?? []
        rule.reading = TimeReading(format: format?.format, zone: zone)
        rule.keepBy = keepBy ?? []
        rule.only = only ?? []
        rule.except = except ?? []
        rule.newest = newest
        rule.references = references ?? []
        rule.dependents = dependents ?? []
        rule.maxRows = maxRows?.rows
        rule.onlyIf = onlyIf ?? []
        rule.notIf = notIf ?? []
        return rule
    }

    private func refuseShort(_ key: String, _ spans: [Duration?]) throws(Problem) {
        guard let short = spans.compactMap(\.self).first(where: { $0 < RuleDraft.shortestKeep }) else { return }
        throw Problem(
            key: key,
            message: "keeps rows for \(short.prometheusText), less than an hour: what has just ended would be deleted;"
                + " where that is meant, say keep_less_than_an_hour: true")
    }
}
