/// A dashboard: its rows, laid out from top to bottom, and what surrounds them.
struct DashboardPage: Sendable {
    struct Row: Sendable {
        let title: String
        let panels: [Panel]
    }

    let uid: String
    let title: String
    let description: String
    /// As Grafana writes it, such as `now-24h`.
    let timeFrom: String
    let rows: [Row]
    let variables: [JSON]
    let annotations: [JSON]
    let links: [JSON]

    var json: JSON {
        [
            "uid": .string(uid),
            "title": .string(title),
            "description": .string(description),
            "tags": ["jobsweep"],
            "schemaVersion": .int(Dashboards.schemaVersion),
            "version": 1,
            // The files are generated; a change made in Grafana would be lost at the next start.
            "editable": false,
            "graphTooltip": 1,
            "fiscalYearStartMonth": 0,
            "timezone": "browser",
            "time": ["from": .string(timeFrom), "to": "now"],
            "timepicker": [:],
            "refresh": "1m",
            "links": .array(links),
            "templating": ["list": .array(variables)],
            "annotations": ["list": .array(annotations)],
            "panels": .array(panels),
        ]
    }

    /// Panels flow from left to right and wrap at column 24; each row begins with its title.
    private var panels: [JSON] {
        var out: [JSON] = []
        var y = 0
        for row in rows {
            out.append(rowTitle(row.title, id: out.count + 1, y: y))
            y += 1
            var x = 0
            var lineHeight = 0
            for panel in row.panels {
                if x + panel.width > 24 {
                    (x, y, lineHeight) = (0, y + lineHeight, 0)
                }
                out.append(panel.json(id: out.count + 1, x: x, y: y))
                x += panel.width
                lineHeight = max(lineHeight, panel.height)
            }
            y += lineHeight
        }
        return out
    }

    private func rowTitle(_ title: String, id: Int, y: Int) -> JSON {
        [
            "id": .int(id),
            "type": "row",
            "title": .string(title),
            "collapsed": false,
            "gridPos": ["h": 1, "w": 24, "x": 0, "y": .int(y)],
            "panels": [],
        ]
    }
}
