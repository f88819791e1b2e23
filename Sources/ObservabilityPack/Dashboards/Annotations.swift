/// Events that are drawn into every graph of the overview, at the times that the sidecar itself gave.
enum Annotations {
    static func overview(_ metric: Selectors) -> [JSON] {
        let completion = metric("jobsweep_last_run_completion_timestamp_seconds")
        let started = metric("process_start_time_seconds")
        let build = metric("jobsweep_build_info")
        return [
            builtIn,
            event(
                name: "Runs without success", color: "red", text: "Run without success on {{instance}}",
                expression: "1000 * (\(completion) > \(metric("jobsweep_last_success_timestamp_seconds")))"),
            event(
                name: "Restarts", color: "blue", text: "jobsweep started on {{instance}}",
                expression: "1000 * \(started)"),
            // The version is in the build information's labels: a process that started with labels that were not there in
            // the day before, though others were.
            event(
                name: "Version changes", color: "purple", text: "jobsweep {{version}} on {{instance}}",
                expression: """
                    1000 * \(started) * on (job, instance) group_right () (
                      \(build)
                      unless on (job, instance, version) last_over_time(\(build)[1d] offset 10m)
                      and on (job, instance) last_over_time(\(build)[1d] offset 10m)
                    )
                    """),
        ]
    }

    /// Grafana's own annotations, which every dashboard has.
    static let builtIn: JSON = [
        "builtIn": 1,
        "datasource": ["type": "grafana", "uid": "-- Grafana --"],
        "enable": true,
        "hide": true,
        "iconColor": "rgba(0, 211, 255, 1)",
        "name": "Annotations & Alerts",
        "type": "dashboard",
    ]

    /// The series' value is the event's time in milliseconds, so that an event stands where it happened and not where it
    /// was first scraped.
    private static func event(name: String, color: String, text: String, expression: String) -> JSON {
        [
            "name": .string(name),
            "datasource": Target.datasource,
            "enable": true,
            "hide": false,
            "iconColor": .string(color),
            "expr": .string(expression),
            "step": "60s",
            "tagKeys": "instance",
            "textFormat": .string(text),
            "titleFormat": .string(name),
            "useValueForTime": true,
        ]
    }
}
