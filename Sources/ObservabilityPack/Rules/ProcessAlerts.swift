/// Alerts on the sidecar's process: its configuration, its restarts and its clock.
enum ProcessAlerts {
    /// Offsets beyond this are told of. The estimate is good to a scrape interval.
    private static let clockLimit = 300

    /// A certificate that is renewed by a program is new long before this; one that people renew leaves them time to.
    private static let certificateDays = 14

    static func rules(_ metric: Selectors) -> [AlertRule] {
        [
            AlertRule(
                name: .configReloadFailed,
                expression: "\(metric("jobsweep_config_last_reload_successful")) == 0",
                holdFor: "5m",
                summary: "jobsweep on {{ $labels.instance }} refused its new configuration",
                description: """
                    The last reload on {{ $labels.instance }} failed, so the old configuration is in force. \
                    With this file the process would not start again.
                    """),
            AlertRule(
                name: .restarting,
                expression: "changes(\(metric("process_start_time_seconds"))[1h]) >= 3",
                summary: "jobsweep on {{ $labels.instance }} keeps restarting",
                description: """
                    The process on {{ $labels.instance }} started {{ $value }} times in the last hour: it crashes, is killed \
                    for its memory, or fails its health check.
                    """),
            AlertRule(
                name: .clockSkew,
                expression: "abs(\(metric(ClockOffset.record))) > \(clockLimit)",
                summary: "The clocks of jobsweep on {{ $labels.instance }} and of Prometheus differ",
                description: """
                    At the end of its last run the clock of {{ $labels.instance }} was {{ $value | humanizeDuration }} away \
                    from that of Prometheus. A clock ahead makes jobsweep delete rows and fail jobs too early.
                    """),
            AlertRule(
                name: .certificateExpiring,
                expression: """
                    \(metric("jobsweep_tls_certificate_expiry_timestamp_seconds")) - time()
                    < \(certificateDays) * 86400
                    """,
                holdFor: "1h",
                summary: "The certificate of jobsweep on {{ $labels.instance }} expires soon",
                description: """
                    The first certificate of the chain that {{ $labels.instance }} serves expires in \
                    {{ $value | humanizeDuration }}. From then on Prometheus and browsers refuse it, and nothing is known \
                    of the cleanup.
                    """),
        ]
    }
}
