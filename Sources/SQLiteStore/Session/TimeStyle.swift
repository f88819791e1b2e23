import Sweeping

/// How a column holds its instants: what jobsweep writes into it is of the same kind.
enum TimeStyle: Hashable, Sendable {
    case text(TimestampStyle)
    /// So many of a unit since 1970, with a fraction or without.
    case number(UnixUnit, isWhole: Bool)

    /// As applications commonly do, where nothing shows how this one does.
    static let common = TimeStyle.text(TimestampStyle())

    /// The style of a value, read as the column is; nil for one that says no time.
    init?(of value: Value, read reader: TimeReader) {
        guard case .at = reader.time(value) else { return nil }
        switch (value, reader.format) {
        case (.text, _):
            guard let style = value.string.flatMap(TimestampStyle.init(of:)) else { return nil }
            self = .text(style)
        case (.integer, .unix(let unit)): self = .number(unit, isWhole: true)
        case (.real, .unix(let unit)): self = .number(unit, isWhole: false)
        default: return nil
        }
    }

    /// The instant in this style; what the style has no room for is cut off.
    func value(_ instant: Timestamp, in zone: TimeZoneRules) -> Value {
        switch self {
        case .text(let style): Value(style.text(instant, in: zone))
        case .number(let unit, isWhole: true): .integer(instant.microseconds / unit.microseconds)
        case .number(let unit, isWhole: false): .real(Double(instant.microseconds) / Double(unit.microseconds))
        }
    }
}
