/// When a sidecar was last known to be down or without its database, on Prometheus' clock. Before the first time there is no
/// series.
///
/// Runs can't be expected in an outage, nor at once after it: a due time that was missed by more than the grace is skipped.
enum Outage {
    static let record = "instance:jobsweep_outage_timestamp_seconds:latest"

    static func rule(_ metric: Selectors) -> RecordingRule {
        let target = metric("up")
        return RecordingRule(
            record: record,
            expression: """
                (timestamp(\(target)) and on (job, instance) \(firing(metric, [.down, .databaseUnreachable])))
                or
                (last_over_time(\(metric(record))[1h]) and \(target))
                """)
    }

    /// The series that Prometheus keeps of alerts that fire.
    static func firing(_ metric: Selectors, _ alerts: [AlertName]) -> String {
        let names = alerts.map(\.rawValue).joined(separator: "|")
        return metric("ALERTS", "alertname=~\"\(names)\"", "alertstate=\"firing\"")
    }
}
