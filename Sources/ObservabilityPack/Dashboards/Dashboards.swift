/// The dashboards, as classic JSON that Grafana 11 and later load as it is.
package enum Dashboards {
    /// The uid and the file name of the dashboard of one sidecar; alerts link to it.
    package static let overviewUID = "jobsweep-overview"
    /// The uid and the file name of the table of all sidecars.
    package static let fleetUID = "jobsweep-fleet"
    /// Grafana 11.6 writes this version; later ones read it.
    static let schemaVersion = 41

    /// `grafana/dashboards/jobsweep-overview.json`: everything about one sidecar.
    package static func overview(_ options: PackOptions) -> String {
        let metric = Selectors.panels(options)
        let steps = DashboardSteps(options)
        return DashboardPage(
            uid: overviewUID,
            title: "jobsweep / Overview",
            description: "One jobsweep sidecar: what it does, what it did, and what stands in its way.",
            timeFrom: steps.timeFrom,
            rows: [
                StatusRow.row(metric, steps),
                RunsRow.row(metric, steps),
                RowsRow.row(metric, steps),
                StaleJobsRow.row(metric, steps),
                DurationRow.row(metric, steps),
                DatabaseRow.row(metric),
                UndoRow.row(metric),
                ProcessRow.row(metric),
            ],
            variables: Variables.all(options),
            annotations: Annotations.overview(metric),
            links: [link("Fleet", to: fleetUID, variables: false), runbook(options)]
        ).json.document
    }

    /// `grafana/dashboards/jobsweep-fleet.json`: many sidecars in one table.
    package static func fleet(_ options: PackOptions) -> String {
        let metric = Selectors.panels(options)
        let steps = DashboardSteps(options)
        return DashboardPage(
            uid: fleetUID,
            title: "jobsweep / Fleet",
            description: "All jobsweep sidecars in one table; an instance links to its overview.",
            timeFrom: steps.timeFrom,
            rows: [FleetRows.summary(metric), FleetRows.table(metric), FleetRows.trends(metric, steps)],
            variables: Variables.all(options),
            annotations: [Annotations.builtIn],
            links: [link("Overview", to: overviewUID, variables: true), runbook(options)]
        ).json.document
    }

    private static func link(_ title: String, to uid: String, variables: Bool) -> JSON {
        [
            "title": .string(title),
            "type": "link",
            "icon": "dashboard",
            "tooltip": .string("jobsweep / \(title)"),
            "url": .string("/d/\(uid)/\(uid)"),
            "tags": [],
            "asDropdown": false,
            "targetBlank": false,
            "includeVars": .bool(variables),
            "keepTime": true,
        ]
    }

    private static func runbook(_ options: PackOptions) -> JSON {
        [
            "title": "Runbook",
            "type": "link",
            "icon": "doc",
            "tooltip": "What each alert means and what to do",
            "url": .string(options.runbookURL),
            "tags": [],
            "asDropdown": false,
            "targetBlank": true,
            "includeVars": false,
            "keepTime": false,
        ]
    }
}
