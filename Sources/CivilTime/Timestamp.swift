/// An instant in UTC, counted in whole microseconds since 1970-01-01T00:00:00Z.
///
/// Cutoffs are compared exactly ("exactly at a limit is not over it"), which binary floating point can't promise for the
/// six decimals that the application writes. Microseconds in 64 bits cover 292,000 years. Arithmetic stops at the ends of that range
/// instead of trapping: what comes in is a clock's or a database's word.
package struct Timestamp: Hashable, Comparable, Sendable {
    /// Microseconds since the Unix epoch; negative before it.
    package var microseconds: Int64

    package init(microseconds: Int64) {
        self.microseconds = microseconds
    }

    /// The instant `seconds` (Unix time) after the epoch, rounded to the nearest microsecond.
    package init(unixSeconds seconds: Double) {
        self.microseconds = Int64((seconds * 1_000_000).rounded())
    }

    /// Unix time in seconds, as Prometheus' timestamp gauges want it.
    package var unixSeconds: Double {
        Double(microseconds) / 1_000_000
    }

    package static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.microseconds < right.microseconds
    }

    /// The time from `earlier` to `later`; negative when they are the other way round.
    package static func - (later: Timestamp, earlier: Timestamp) -> Duration {
        later.sinceEpoch - earlier.sinceEpoch
    }

    package static func - (instant: Timestamp, span: Duration) -> Timestamp {
        Timestamp(sinceEpoch: instant.sinceEpoch - span)
    }

    /// The instant `span` after `instant`; a fraction of a microsecond is rounded down.
    package static func + (instant: Timestamp, span: Duration) -> Timestamp {
        Timestamp(sinceEpoch: instant.sinceEpoch + span)
    }
}

extension Timestamp {
    /// The time since 1970, negative before it.
    package var sinceEpoch: Duration { .microseconds(microseconds) }

    /// The instant `span` after 1970 began; a fraction of a microsecond is rounded down.
    package init(sinceEpoch span: Duration) {
        self.init(microseconds: Int64(clamping: span.attoseconds.dividedDown(by: 1_000_000_000_000)))
    }
}

extension Duration {
    /// The duration in whole microseconds, rounded towards zero.
    package var wholeMicroseconds: Int64 {
        components.seconds * 1_000_000 + components.attoseconds / 1_000_000_000_000
    }

    /// The duration in seconds.
    package var inSeconds: Double {
        Double(components.seconds) + Double(components.attoseconds) / 1e18
    }

    /// The duration in minutes.
    package var inMinutes: Double {
        inSeconds / 60
    }
}
