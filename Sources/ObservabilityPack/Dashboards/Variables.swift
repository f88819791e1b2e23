/// The dashboards' variables, with the names, labels and settings that Grafana's dashboard linter asks for.
enum Variables {
    static func all(_ options: PackOptions) -> [JSON] {
        let own = options.labelMatchers.map(\.promQL)
        return [
            datasource(options),
            query(
                name: "job", label: "Job",
                values: "label_values(jobsweep_build_info{\(own.joined(separator: ","))}, job)"),
            query(
                name: "instance", label: "Instance",
                values:
                    "label_values(jobsweep_build_info{\((["job=~\"$job\""] + own).joined(separator: ","))}, instance)"),
        ]
    }

    private static func datasource(_ options: PackOptions) -> JSON {
        [
            "name": "datasource",
            "label": "Data source",
            "type": "datasource",
            "query": "prometheus",
            "current": [
                "selected": false, "text": .string(Provisioning.datasourceName),
                "value": .string(options.datasourceUID),
            ],
            "hide": 0,
            "includeAll": false,
            "multi": false,
            "options": [],
            "refresh": 1,
            "regex": "",
            "skipUrlSync": false,
        ]
    }

    private static func query(name: String, label: String, values: String) -> JSON {
        [
            "name": .string(name),
            "label": .string(label),
            "type": "query",
            "datasource": Target.datasource,
            "query": .string(values),
            "current": ["selected": true, "text": ["All"], "value": ["$__all"]],
            "hide": 0,
            "includeAll": true,
            "allValue": ".+",
            "multi": true,
            "options": [],
            // On each change of the time range, so that an instance of last week can be chosen when looking at last week.
            "refresh": 2,
            "regex": "",
            "skipUrlSync": false,
            "sort": 1,
        ]
    }
}
