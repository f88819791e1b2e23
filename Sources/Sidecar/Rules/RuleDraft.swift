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

    /// - Parameter zone: of times without an offset, where the rule names none.
    /// - Throws: `ValueProblem` that says what is missing.
    func rule() throws(ValueProblem) -> Rule {
        guard let table else { throw ValueProblem("has no `table`: name the table that it keeps short") }
        guard let time else { throw ValueProblem("has no `time`: name the column that says how old a row is") }
        guard let keep else {
            throw ValueProblem("has no `keep`: say how long a row stays, such as keep: 30d, or forever")
        }
        if keepsShort != true {
            let spans = [keep.duration] + (keepBy ?? []).flatMap { $0.content.map(\.keep) }
            if let short = spans.compactMap(\.self).first(where: { $0 < RuleDraft.shortestKeep }) {
                throw ValueProblem(
                    "keeps rows for \(short.prometheusText), less than an hour: what has just ended would be deleted;"
                        + " where that is meant, say keep_less_than_an_hour: true")
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
}
