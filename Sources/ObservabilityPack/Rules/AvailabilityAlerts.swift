/// Alerts on sidecars that can't be scraped or can't reach their database, and the proof that alerts arrive.
enum AvailabilityAlerts {
    static func rules(_ metric: Selectors) -> [AlertRule] {
        [
            AlertRule(
                name: .down,
                expression: "\(metric("up")) == 0",
                holdFor: "5m",
                summary: "jobsweep on {{ $labels.instance }} can't be scraped",
                description: """
                    Prometheus has had no answer from {{ $labels.instance }} (job {{ $labels.job }}) for 5 minutes. \
                    Nothing is known of its cleanup meanwhile; if the process is gone, nothing is cleaned.
                    """),
            AlertRule(
                name: .absent,
                // Where a collector writes the series for Prometheus, nobody writes `up`.
                expression: """
                    absent(\(metric("up")))
                    and
                    absent(\(metric("jobsweep_up")))
                    """,
                holdFor: "10m",
                summary: "Prometheus scrapes no jobsweep at all",
                description: """
                    For 10 minutes there has been neither a target of job {{ $labels.job }} nor a series of one: it fell \
                    out of the scrape configuration, of service discovery, or of what a collector passes on. No other \
                    jobsweep alert can fire meanwhile.
                    """,
                board: .fleet),
            AlertRule(
                name: .databaseUnreachable,
                expression: "\(metric("jobsweep_up")) == 0",
                holdFor: "5m",
                summary: "jobsweep on {{ $labels.instance }} can't use the application's database",
                description: """
                    For 5 minutes every look of {{ $labels.instance }} at the application's database has failed: it is \
                    missing, locked, unreadable or damaged. Runs fail meanwhile, and the application may be hurt as well.
                    """),
            AlertRule(
                name: .watchdog,
                expression: "vector(1)",
                summary: "Alerts of this Prometheus arrive",
                description: """
                    This alert fires always. It is routed to a dead man's switch, which raises the alarm when it stops \
                    arriving: then Prometheus, Alertmanager or the way between them is broken.
                    """,
                board: .fleet),
        ]
    }
}
