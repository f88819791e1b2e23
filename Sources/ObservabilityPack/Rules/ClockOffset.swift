/// How far the sidecar's clock is behind Prometheus' clock, in seconds; negative when it is ahead.
///
/// The sidecar writes the time at which a run ended, and Prometheus sees the new value at its next scrape: the least
/// difference within two minutes of the change is the offset, give or take the wait for that scrape. Offsets that could be
/// nothing but that wait are recorded as 0. The last estimate holds until the next run.
enum ClockOffset {
    static let record = "instance:jobsweep_clock_offset_seconds:latest"

    /// Offsets below this, in seconds, can't be told from the wait for a scrape.
    static let uncertainty = 90

    static func rule(_ metric: Selectors) -> RecordingRule {
        let completion = metric("jobsweep_last_run_completion_timestamp_seconds")
        let difference = "min_over_time((timestamp(\(completion)) - (\(completion) > 0))[2m:15s])"
        return RecordingRule(
            record: record,
            expression: """
                (
                    \(difference)
                  *
                    (abs(\(difference)) > bool \(uncertainty))
                  and
                    changes(\(completion)[2m]) > 0
                )
                or
                (last_over_time(\(metric(record))[1h]) and \(completion))
                or
                0 * \(completion)
                """)
    }

    /// The sidecar's present time as PromQL; good without the recording rules, too.
    static func now(_ metric: Selectors) -> String {
        "time() - (\(metric(record)) or 0 * \(metric("jobsweep_up")))"
    }
}
