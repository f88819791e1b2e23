/// Alerts that say something about the application rather than about jobsweep.
enum ApplicationAlerts {
    static func rules(_ options: PackOptions, _ metric: Selectors) -> [AlertRule] {
        let recent = metric(StaleJobHistory.recent)
        let window = PromQL.duration(StaleJobHistory.windowSeconds(options))
        return [
            AlertRule(
                name: .staleJobsSurge,
                expression: """
                    (
                        \(recent)
                      >
                        3 * \(metric(StaleJobHistory.usualMaximum))
                    )
                    and
                      \(recent) >= 5
                    """,
                summary: "{{ $labels.job_type }} jobs die far more often than before on {{ $labels.instance }}",
                description: """
                    {{ $value }} {{ $labels.job_type }} jobs died in the last \(window) on the database of \
                    {{ $labels.instance }}, more than three times the most in any \(window) of the days before. \
                    Their worker crashes, hangs or is killed.
                    """)
        ]
    }
}
