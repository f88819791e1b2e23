/// A moment on the wall clock, in whole microseconds since 1970-01-01T00:00:00Z; 64 bits cover 292,000 years.
///
/// Arithmetic stops at the ends of that range instead of trapping: what comes in is a clock's or a database's word.
package struct WallTime: Hashable, Comparable, Sendable {
    /// Microseconds since the Unix epoch; negative before it.
    package var microseconds: Int64

    package init(microseconds: Int64) {
        self.microseconds = microseconds
    }

    /// Unix time in seconds, as Prometheus' timestamp gauges want it.
    package var unixSeconds: Double {
        Double(microseconds) / 1_000_000
    }

    package static func < (left: WallTime, right: WallTime) -> Bool {
        left.microseconds < right.microseconds
    }

    /// The time from `earlier` to `later`; negative when they are the other way round.
    package static func - (later: WallTime, earlier: WallTime) -> Duration {
        .microseconds(later.microseconds) - .microseconds(earlier.microseconds)
    }

    /// The moment `span` after `moment`; a fraction of a microsecond is rounded down.
    package static func + (moment: WallTime, span: Duration) -> WallTime {
        WallTime(sinceEpoch: moment.sinceEpoch + span)
    }

    package static func - (moment: WallTime, span: Duration) -> WallTime {
        WallTime(sinceEpoch: moment.sinceEpoch - span)
    }
}

extension WallTime {
    /// The time since 1970, negative before it.
    var sinceEpoch: Duration {
        .microseconds(microseconds)
    }

    /// The moment `span` after 1970 began; a fraction of a microsecond is rounded down.
    init(sinceEpoch span: Duration) {
        self.init(microseconds: Int64(clamping: span.attoseconds.dividedDown(by: 1_000_000_000_000)))
    }
}
