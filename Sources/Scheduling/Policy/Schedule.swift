import CivilTime

/// What makes a run due.
package enum Schedule: Hashable, Sendable {
    /// At a fixed rate on the boot-time clock, whatever the wall clock does.
    case every(Duration)
    /// When the wall clock, in UTC, shows a time that the expression names.
    case cron(CronExpression)

    /// The shortest time between two due times.
    package var shortestGap: Duration {
        switch self {
        case .every(let every): every
        case .cron(let expression): expression.shortestGap
        }
    }

    /// The longest time between two due times.
    package var longestGap: Duration {
        switch self {
        case .every(let every): every
        case .cron(let expression): expression.longestGap
        }
    }
}

extension Schedule: CustomStringConvertible {
    /// `every 30m`, or `cron 0 3 * * *`.
    package var description: String {
        switch self {
        case .every(let every): "every \(every.prometheusText)"
        case .cron(let expression): "cron \(expression)"
        }
    }
}
