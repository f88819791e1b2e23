import CivilTime

/// The due times of a schedule, without jitter, on the clock that the schedule follows.
enum DueTimes: Sendable {
    /// Whole intervals after `origin`, both on the boot-time clock.
    case every(Duration, after: Duration)
    /// Times since 1970, on the wall clock.
    case cron(CronExpression)

    /// The reading of the clock that these times are on.
    func time(_ reading: ClockReading) -> Duration {
        switch self {
        case .every: reading.sinceBoot
        case .cron: reading.wall.sinceEpoch
        }
    }

    /// The first due time later than `time`.
    func next(after time: Duration) -> Duration {
        switch self {
        case .every(let every, let origin):
            let passed = (time - origin).attoseconds.dividedDown(by: every.attoseconds)
            return origin + Duration(attoseconds: every.attoseconds * max(1, passed + 1))
        case .cron(let expression):
            return expression.next(after: Timestamp(sinceEpoch: time)).sinceEpoch
        }
    }

    /// The first due time that isn't earlier than `time`.
    func next(notBefore time: Duration) -> Duration {
        next(after: time - Duration(attoseconds: 1))
    }
}
