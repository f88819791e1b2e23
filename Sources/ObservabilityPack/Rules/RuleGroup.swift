/// A group of rules as Prometheus evaluates it: one after the other, at one instant.
struct RuleGroup: Sendable {
    let name: String
    let rules: [YAML]

    /// The group in a rule file. The interval is written down because the recording rules that remember compare two
    /// evaluations, and a longer one would blur the estimate of the sidecar's clock.
    var yaml: YAML {
        .mapping([
            ("name", .text(name)),
            ("interval", .text("1m")),
            ("rules", .sequence(rules)),
        ])
    }
}

/// A rule that records the result of a query under a name.
struct RecordingRule: Sendable {
    let record: String
    let expression: String

    var yaml: YAML { .mapping([("record", .text(record)), ("expr", .text(expression))]) }
}

/// A rule that fires.
struct AlertRule: Sendable {
    /// The dashboard that an alert links to.
    enum Board: Sendable {
        /// The overview, with the alert's job and instance chosen.
        case overview
        /// The fleet, for an alert that has no instance.
        case fleet
    }

    let name: AlertName
    let expression: String
    /// How long the expression must hold, as Prometheus writes durations; `nil` fires at once.
    var holdFor: String?
    let summary: String
    let description: String
    var board = Board.overview

    func yaml(_ options: PackOptions) -> YAML {
        var entries: [(key: String, value: YAML)] = [("alert", .text(name.rawValue)), ("expr", .text(expression))]
        if let holdFor { entries.append(("for", .text(holdFor))) }
        entries.append(("labels", .mapping([("severity", .text(options.severities.severity(of: name)))])))
        entries.append(
            (
                "annotations",
                .mapping([
                    ("summary", .text(summary)),
                    ("description", .text(description)),
                    ("runbook_url", .text("\(options.runbookURL)#\(name.anchor)")),
                    ("dashboard_url", .text(dashboardURL(options))),
                ])
            ))
        return .mapping(entries)
    }

    private func dashboardURL(_ options: PackOptions) -> String {
        switch board {
        case .overview:
            options.grafanaURL + "/d/\(Dashboards.overviewUID)/\(Dashboards.overviewUID)"
                + "?var-job={{ urlquery $labels.job }}&var-instance={{ urlquery $labels.instance }}"
        case .fleet:
            options.grafanaURL + "/d/\(Dashboards.fleetUID)/\(Dashboards.fleetUID)"
        }
    }
}
