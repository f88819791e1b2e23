/// The table of the fleet: a line for each sidecar, with a link to its overview.
enum FleetTable {
    private struct Column {
        let name: String
        let unit: String
        let expression: String
        var mappings: JSON?
        var thresholds: Thresholds?
    }

    static func panel(_ metric: Selectors) -> Panel {
        let columns = self.columns(metric)
        let fields = columns.indices.map { "Value #\(Target.refID($0))" }
        return .table(
            "Sidecars", "The present state of each sidecar. Click an instance for its overview.",
            columns.map { Target(expression: $0.expression, shape: .table) },
            unit: "short", empty: "Prometheus has no target of this job", width: 24, height: 12,
            sortBy: "Silence used",
            overrides: [Override.named("Instance", [("links", [link])])] + columns.map(override),
            transformations: [
                Transformation.merge,
                Transformation.organize(
                    hide: ["Time"],
                    names: [("instance", "Instance"), ("job", "Job"), ("version", "Version")]
                        + zip(fields, columns).map { ($0, $1.name) }),
            ])
    }

    private static let link: JSON = [
        "title": "Overview of ${__value.text}",
        "url": .string(
            "/d/\(Dashboards.overviewUID)/\(Dashboards.overviewUID)?var-datasource=${datasource}"
                + "&var-job=${__data.fields.Job}&var-instance=${__value.text}&${__url_time_range}"),
    ]

    private static func override(_ column: Column) -> JSON {
        var properties: [(id: String, value: JSON)] = [("unit", .string(column.unit))]
        if let mappings = column.mappings {
            properties += [("mappings", mappings), ("custom.cellOptions", ["type": "color-text"])]
        }
        if let thresholds = column.thresholds {
            properties += [("thresholds", thresholds.json), ("custom.cellOptions", ["type": "color-text"])]
        }
        return Override.named(column.name, properties)
    }

    private static func columns(_ metric: Selectors) -> [Column] {
        let success = metric("jobsweep_last_success_timestamp_seconds")
        let interval = metric("jobsweep_schedule_interval_seconds")
        let completion = metric("jobsweep_last_run_completion_timestamp_seconds")
        let start = metric("jobsweep_last_run_start_timestamp_seconds")
        return [
            Column(
                name: "Scrape", unit: "none", expression: each(metric("up")),
                mappings: Mapping.values([("0", "down", "red"), ("1", "up", "green")])),
            Column(
                name: "Database", unit: "none", expression: each(metric("jobsweep_up")),
                mappings: Mapping.values([("0", "unreachable", "red"), ("1", "reachable", "green")])),
            Column(
                name: "Run", unit: "none", expression: each(metric("jobsweep_running")),
                mappings: Mapping.values([("0", "idle", "text"), ("1", "running", "blue")])),
            Column(name: "Last success", unit: "dateTimeFromNow", expression: each("1000 * (\(success) > 0)")),
            Column(
                name: "Silence used", unit: "percentunit",
                expression: each("(time() - (\(success) > 0)) / (2.5 * \(interval))"),
                thresholds: Thresholds(steps: [(0, "green"), (0.6, "orange"), (1, "red")])),
            Column(
                name: "Next run", unit: "dateTimeFromNow",
                expression: each("1000 * (\(metric("jobsweep_next_run_timestamp_seconds")) > 0)")),
            Column(name: "Last run took", unit: "s", expression: each("\(completion) - \(start) >= 0")),
            Column(
                name: "Backlog", unit: "short", expression: sum(metric("jobsweep_backlog_rows") + " >= 0"),
                thresholds: Thresholds(steps: [(0, "green"), (1, "orange")])),
            Column(
                name: "Held", unit: "short", expression: sum(metric("jobsweep_operation_held")),
                thresholds: Thresholds(steps: [(0, "green"), (1, "orange")])),
            Column(
                name: "Errors", unit: "short",
                expression: sum("round(increase(\(metric("jobsweep_errors_total"))[$__range]))"),
                thresholds: .red(from: 1)),
            Column(name: "File", unit: "bytes", expression: sum(metric("jobsweep_database_size_bytes"))),
            Column(
                name: "Build", unit: "none",
                expression: "max by (job, instance, version) (\(metric("jobsweep_build_info")))",
                mappings: Mapping.values([("1", "", "text")])),
        ]
    }

    private static func each(_ expression: String) -> String { "max by (job, instance) (\(expression))" }
    private static func sum(_ expression: String) -> String { "sum by (job, instance) (\(expression))" }
}
