/// The sidecar's own process.
enum ProcessRow {
    private static let unscraped = "no scrape of jobsweep in the time range"

    static func row(_ metric: Selectors) -> DashboardPage.Row {
        DashboardPage.Row(title: "Process", panels: identity(metric) + resources(metric) + [requests(metric)])
    }

    private static func identity(_ metric: Selectors) -> [Panel] {
        let reload = metric("jobsweep_config_last_reload_success_timestamp_seconds")
        return [
            .stat(
                "Version", "The version of jobsweep, of Swift, SQLite and libmicrohttpd.",
                [
                    Target(
                        expression: """
                            max by (version, swift_version, sqlite_version, microhttpd_version) (\
                            \(metric("jobsweep_build_info")))
                            """,
                        legend:
                            "{{version}} (Swift {{swift_version}}, SQLite {{sqlite_version}}, "
                            + "libmicrohttpd {{microhttpd_version}})",
                        shape: .instant)
                ],
                unit: "none", empty: "not scraped now", width: 6, textMode: "name"),
            .stat(
                "Up for", "The age of the process.",
                [
                    Target(
                        expression: "time() - max by (job, instance) (\(metric("process_start_time_seconds")))",
                        legend: "{{instance}}")
                ],
                unit: "s", empty: "not scraped now", width: 4, decimals: 0),
            .stat(
                "Last reload", "Whether the last reload of the configuration worked; if not, the old one is in force.",
                [
                    Target(
                        expression:
                            "min by (job, instance) (\(metric("jobsweep_config_last_reload_successful")))",
                        legend: "{{instance}}")
                ],
                unit: "none", empty: "not scraped now", width: 4,
                mappings: Mapping.values([("0", "refused", "red"), ("1", "in force", "green")])),
            .stat(
                "Configuration of", "When the configuration in force was loaded.",
                [
                    Target(
                        expression: "1000 * max by (job, instance) (\(reload) > 0)", legend: "{{instance}}")
                ],
                unit: "dateTimeFromNow", empty: "never loaded", width: 4),
            .stat(
                "Schedule", "The longest time between two runs that the schedule allows.",
                [
                    Target(
                        expression:
                            "max by (job, instance) (\(metric("jobsweep_schedule_interval_seconds")))",
                        legend: "{{instance}}")
                ],
                unit: "s", empty: "not scraped now", width: 3),
            .stat(
                "Certificate", "When the first certificate of the chain that the sidecar serves expires.",
                [
                    Target(
                        expression: """
                            1000 * min by (job, instance) (\
                            \(metric("jobsweep_tls_certificate_expiry_timestamp_seconds")))
                            """,
                        legend: "{{instance}}")
                ],
                unit: "dateTimeFromNow", empty: "served without TLS", width: 3),
        ]
    }

    private static func resources(_ metric: Selectors) -> [Panel] {
        [
            .graph(
                "CPU", "Processor time used, in cores.",
                [
                    Target(
                        expression: """
                            sum by (job, instance) (rate(\(metric("process_cpu_seconds_total"))[$__rate_interval]))
                            """,
                        legend: "{{instance}}")
                ],
                unit: "short", empty: unscraped, width: 6, height: 7),
            .graph(
                "Memory", "Resident memory, and, on the right, the address space.",
                [
                    Target(
                        expression: "sum by (job, instance) (\(metric("process_resident_memory_bytes")))",
                        legend: "{{instance}} resident"),
                    Target(
                        expression: "sum by (job, instance) (\(metric("process_virtual_memory_bytes")))",
                        legend: "{{instance}} virtual"),
                ],
                unit: "bytes", empty: unscraped, width: 6, height: 7, overrides: [Override.rightAxis("B")]),
            .graph(
                "File descriptors", "Open file descriptors, and, on the right, how many may be open.",
                [
                    Target(
                        expression: "sum by (job, instance) (\(metric("process_open_fds")))",
                        legend: "{{instance}} open"),
                    Target(
                        expression: "sum by (job, instance) (\(metric("process_max_fds")))",
                        legend: "{{instance}} limit"),
                ],
                unit: "short", empty: unscraped, width: 6, height: 7, overrides: [Override.rightAxis("B")]),
        ]
    }

    private static func requests(_ metric: Selectors) -> Panel {
        .graph(
            "HTTP requests", "Requests per second by handler and status code. Scrapes are among them.",
            [
                Target(
                    expression: """
                        sum by (handler, code) (rate(\(metric("jobsweep_http_requests_total"))[$__rate_interval]))
                        """,
                    legend: "{{handler}} {{code}}")
            ],
            unit: "reqps", empty: unscraped, width: 6, height: 7, overrides: [Override.zerosUnnamed])
    }
}
