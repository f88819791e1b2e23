/// Something about an operation that can be set. How it is read, bounded and documented follows from here.
package struct OperationSetting<Value: SettingValueConvertible>: OperationSettingFacts {
    /// Its keys from the top, joined by dots: `operations.old_jobs.keep`.
    package let path: String
    package let kind: SettingKind
    package let standard: Value
    /// What it does, as a sentence.
    package let help: String

    private init(_ path: String, _ kind: SettingKind, _ standard: Value, _ help: String) {
        self.path = path
        self.kind = kind
        self.standard = standard
        self.help = help
    }
}

extension OperationSetting: Hashable {
    /// A path stands for one setting.
    package static func == (left: OperationSetting, right: OperationSetting) -> Bool { left.path == right.path }

    package func hash(into hasher: inout Hasher) { hasher.combine(path) }
}

/// The same, whatever its values are.
package protocol OperationSettingFacts: Sendable {
    associatedtype Value: SettingValueConvertible
    var path: String { get }
    var kind: SettingKind { get }
    var standard: Value { get }
    var help: String { get }
}

extension OperationSetting where Value == Bool {
    package static func flag(_ path: String, _ help: String) -> OperationSetting {
        OperationSetting(path, .flag, true, help)
    }
}

extension OperationSetting where Value == Duration {
    package static func span(_ path: String, _ standard: Duration, _ limits: SpanLimits, _ help: String)
        -> OperationSetting
    {
        OperationSetting(path, .span(limits), standard, help)
    }
}

extension OperationSetting where Value == [String: Duration] {
    package static func spans(
        _ path: String, by keys: SettingKind.Keys, _ standard: [String: Duration], _ limits: SpanLimits,
        _ help: String
    ) -> OperationSetting {
        OperationSetting(path, .spans(keys, limits), standard, help)
    }
}

extension OperationSetting where Value == String {
    package static func table(_ path: String, _ standard: String, _ help: String) -> OperationSetting {
        OperationSetting(path, .table, standard, help)
    }

    /// - Parameter isShared: whether another column that may be shared can be the same one.
    package static func column(_ path: String, _ standard: String, isShared: Bool = false, _ help: String)
        -> OperationSetting
    {
        OperationSetting(path, .column(isShared: isShared), standard, help)
    }
}

/// What a setting wants.
package enum SettingKind: Sendable, Equatable {
    case flag
    case span(SpanLimits)
    /// A time for each of some words.
    case spans(Keys, SpanLimits)
    /// The name of a table.
    case table
    /// The name of a column.
    case column(isShared: Bool)

    /// What the words are that have times of their own; in lower case.
    package enum Keys: Sendable, Equatable {
        case jobTypes
        case finishedStatuses
    }
}

/// The bounds of a setting that is a time.
package struct SpanLimits: Sendable, Equatable {
    package var range: ClosedRange<Duration>
    /// A good value.
    package var example: String
    /// Goes behind a message about one that is too short.
    package var reason: String

    package init(_ range: ClosedRange<Duration>, such example: String, reason: String = "") {
        self.range = range
        self.example = example
        self.reason = reason
    }

    /// No time that anybody means is longer, and nothing that is counted with it overflows.
    package static let longest: Duration = .days(366)

    package static let timeout = SpanLimits(
        .seconds(1)...longest, such: "30m", reason: ", or every job would count as dead at once")

    /// An hour at least: with less, and above all with 0, a row would go about as soon as it is over, before the application or
    /// anybody else saw how it ended. No such value is meant, and there is no way back from it.
    package static let retention = SpanLimits(
        .hours(1)...(.days(36_500)), such: "30d", reason: ", or what has just ended would be deleted")
}
