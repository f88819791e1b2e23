/// The newest of the times that carry no offset, among some columns.
package struct NewestTime: Sendable, Equatable {
    package var column: ColumnReference
    /// As it is read with the zone that is set.
    package var time: Timestamp

    package init(column: ColumnReference, time: Timestamp) {
        self.column = column
        self.time = time
    }
}

/// A sign that an application writes another zone's time than the one that is set: its newest times stand as far from now as zones stand
/// from each other.
package struct ZoneDoubt: Sendable, Equatable, CustomStringConvertible {
    /// How long ago an application at work may have written last.
    private static let pause: Int64 = 300
    /// How much two clocks may differ.
    private static let tolerance: Int64 = 30
    /// No zone is farther from UTC than these, in seconds.
    private static let offsets = -12 * 3600...14 * 3600

    package let column: ColumnReference
    /// How many seconds the times stand ahead of now; behind it below zero.
    package let distance: Int
    /// The zone in which they would be right.
    package let zone: TimeZoneRules

    /// Nil where the newest time is as recent as an application's at work, or as old as an idle one's.
    package init?(_ newest: NewestTime, now: Timestamp, in zone: TimeZoneRules) {
        let ahead = (newest.time - now).components.seconds
        // What stands ahead was written by a clock that is ahead, in quarters of hours as zones are. What stands behind may just be
        // old: only the common distances say something.
        let step: Int64 = ahead > 0 ? 900 : 1800
        let slack = ahead - ZoneDoubt.tolerance
        let steps = slack > 0 ? (slack + step - 1) / step : slack / step
        let offset = zone.offset(at: now) + Int(steps * step)
        guard steps != 0, steps * step - ahead <= ZoneDoubt.pause, ZoneDoubt.offsets.contains(offset) else {
            return nil
        }
        column = newest.column
        distance = Int(steps * step)
        self.zone = TimeZoneRules(secondsAhead: offset)
    }

    package var description: String {
        let hours = Double(abs(distance)) / 3600
        let span = hours == hours.rounded() ? "\(Int(hours))" : "\(hours)"
        return "the newest times without an offset, in \(column.table).\(column.column), stand \(span)"
            + " hour\(hours == 1 ? "" : "s") \(distance < 0 ? "behind" : "ahead of") now: where the application writes its"
            + " local time, set time_zone: \"\(zone.name)\", or the name of its place, which knows daylight saving"
    }
}
