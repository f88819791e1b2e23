/// Reads the times of one column.
package struct TimeReader: Hashable, Sendable {
    package var format: TimeFormat
    /// The clock that wrote the times that carry no offset.
    package var zone: TimeZoneRules
    /// The run's `now`, from which follows which numbers can be times.
    package var now: Timestamp

    package init(format: TimeFormat = .text, zone: TimeZoneRules = .utc, now: Timestamp) {
        self.format = format
        self.zone = zone
        self.now = now
    }

    /// Reads text alone, and in UTC where it carries no offset.
    package static let text = TimeReader(now: StoredTime.unsetBefore)

    /// What a value says. Zero is *unset* in every unit; other numbers are times where the column's format says so, and plausible ones.
    package func time(_ value: Value) -> StoredTime {
        switch value {
        case .null: return .null
        case .text(let bytes):
            guard let written = WrittenTime(bytes) else { return .unreadable }
            return StoredTime(unlessUnset: written.instant(in: zone))
        case .integer(0), .real(0): return .null
        case .integer(let number): return time { $0.timestamp(number, now: now) }
        case .real(let number): return time { $0.timestamp(number, now: now) }
        case .blob: return .unreadable
        }
    }

    private func time(_ instant: (UnixUnit) -> Timestamp?) -> StoredTime {
        guard case .unix(let unit) = format else { return .unreadable }
        return instant(unit).map(StoredTime.at) ?? .unreadable
    }

    /// The reader of a column that holds these values among others: numbers count as times where all that are plausible agree on one
    /// unit and no text among them is a time.
    package init(settledBy samples: some Sequence<Value>, zone: TimeZoneRules, now: Timestamp) {
        self.init(zone: zone, now: now)
        var units: Set<UnixUnit> = []
        for sample in samples {
            switch sample {
            case .text(let bytes): if WrittenTime(bytes) != nil { return }
            case .integer(let number): UnixUnit.plausible(Double(number), now: now).map { _ = units.insert($0) }
            case .real(let number): UnixUnit.plausible(number, now: now).map { _ = units.insert($0) }
            case .null, .blob: continue
            }
        }
        if let unit = units.first, units.count == 1 { format = .unix(unit) }
    }
}
