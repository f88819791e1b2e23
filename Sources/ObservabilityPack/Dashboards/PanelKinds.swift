/// Panels of each kind, with the settings that all panels of the kind share.
extension Panel {
    /// A number to be read at a glance.
    static func stat(
        _ title: String, _ description: String, _ targets: [Target], unit: String, empty: String, width: Int,
        thresholds: Thresholds = .none, mappings: JSON? = nil, decimals: Int? = nil, textMode: String = "auto"
    ) -> Panel {
        Panel(
            kind: .stat, title: title, description: description, targets: targets, unit: unit, empty: empty,
            width: width, height: 4,
            options: [
                "colorMode": "value",
                "graphMode": "none",
                "justifyMode": "auto",
                "orientation": "auto",
                "percentChangeColorMode": "standard",
                "reduceOptions": ["calcs": ["lastNotNull"], "fields": "", "values": false],
                "showPercentChange": false,
                "textMode": .string(textMode),
                "wideLayout": true,
            ],
            defaults: members(decimals: decimals) + [.init(key: "thresholds", value: thresholds.json)]
                + (mappings.map { [.init(key: "mappings", value: $0)] } ?? []))
    }

    /// A share of something, from 0 to 1.
    static func share(
        _ title: String, _ description: String, _ targets: [Target], empty: String, width: Int, thresholds: Thresholds
    ) -> Panel {
        Panel(
            kind: .gauge, title: title, description: description, targets: targets, unit: "percentunit", empty: empty,
            width: width, height: 4,
            options: [
                "minVizHeight": 75,
                "minVizWidth": 75,
                "orientation": "auto",
                "reduceOptions": ["calcs": ["lastNotNull"], "fields": "", "values": false],
                "showThresholdLabels": false,
                "showThresholdMarkers": true,
                "sizing": "auto",
            ],
            defaults: [
                .init(key: "min", value: 0), .init(key: "max", value: 1),
                .init(key: "thresholds", value: thresholds.json),
            ])
    }

    /// A graph over time.
    static func graph(
        _ title: String, _ description: String, _ targets: [Target], unit: String, empty: String, width: Int,
        height: Int = 8, style: GraphStyle = .line, decimals: Int? = nil, overrides: [JSON] = [],
        interval: String? = nil, minimum: JSON? = 0
    ) -> Panel {
        Panel(
            kind: .timeSeries, title: title, description: description, targets: targets, unit: unit, empty: empty,
            width: width, height: height,
            options: ["legend": style.legend, "tooltip": style.tooltip],
            defaults: members(decimals: decimals)
                + (minimum.map { [.init(key: "min", value: $0)] } ?? [])
                + [
                    .init(key: "color", value: ["mode": "palette-classic"]),
                    .init(key: "custom", value: style.json),
                ],
            overrides: overrides + (style.hidesZeros ? [Override.zerosUnnamed] : []), interval: interval)
    }

    /// States over time, a row for each series.
    static func timeline(
        _ title: String, _ description: String, _ targets: [Target], empty: String, overrides: [JSON]
    ) -> Panel {
        Panel(
            kind: .stateTimeline, title: title, description: description, targets: targets, unit: "none", empty: empty,
            width: 24, height: 7,
            options: [
                "alignValue": "left",
                "legend": ["calcs": [], "displayMode": "list", "placement": "bottom", "showLegend": false],
                "mergeValues": true,
                "rowHeight": 0.8,
                "showValue": "auto",
                "tooltip": ["mode": "single", "sort": "none"],
            ],
            defaults: [
                .init(key: "color", value: ["mode": "thresholds"]),
                .init(key: "custom", value: ["fillOpacity": 80, "lineWidth": 0]),
            ],
            overrides: overrides)
    }

    /// A table whose rows are the series of its queries.
    static func table(
        _ title: String, _ description: String, _ targets: [Target], unit: String, empty: String, width: Int,
        height: Int, sortBy: String, overrides: [JSON], transformations: [JSON]
    ) -> Panel {
        Panel(
            kind: .table, title: title, description: description, targets: targets, unit: unit, empty: empty,
            width: width, height: height,
            options: [
                "cellHeight": "sm",
                "footer": ["countRows": false, "reducer": ["sum"], "show": false],
                "showHeader": true,
                "sortBy": [["desc": true, "displayName": .string(sortBy)]],
            ],
            defaults: [
                .init(key: "custom", value: ["align": "auto", "cellOptions": ["type": "auto"], "inspect": false])
            ],
            overrides: overrides, transformations: transformations)
    }

    private static func members(decimals: Int?) -> [JSON.Member] {
        decimals.map { [.init(key: "decimals", value: .int($0))] } ?? []
    }
}
