/// How a graph draws its series.
enum GraphStyle: Sendable {
    /// A line, broken where there is no data.
    case line
    /// A value that holds until the next one.
    case steps
    /// Steps on top of each other.
    case stackedSteps
    /// Bars on top of each other: things that happened within each step.
    case bars
    /// Dots: one for each step that has a value, when most have none.
    case dots

    var json: JSON {
        switch self {
        case .line: shape(draw: "line", interpolation: "linear", fill: 10, stacked: false)
        case .steps: shape(draw: "line", interpolation: "stepAfter", fill: 0, stacked: false)
        case .stackedSteps: shape(draw: "line", interpolation: "stepAfter", fill: 40, stacked: true)
        case .bars: shape(draw: "bars", interpolation: "linear", fill: 80, stacked: true)
        case .dots: shape(draw: "points", interpolation: "linear", fill: 0, stacked: false)
        }
    }

    /// Bars say how much there was in all, most first; everything else how it is now.
    var legend: JSON {
        let table: JSON = ["displayMode": "table", "placement": "bottom", "showLegend": true]
        if self == .bars { return table.adding(["calcs": ["sum"], "sortBy": "Total", "sortDesc": true]) }
        return table.adding(["calcs": ["lastNotNull", "max"]])
    }

    /// Many series of bars are zero most of the time; the others are what one looks for.
    var tooltip: JSON { ["hideZeros": .bool(self == .bars), "mode": "multi", "sort": "desc"] }

    private func shape(draw: String, interpolation: String, fill: Int, stacked: Bool) -> JSON {
        [
            "drawStyle": .string(draw),
            "fillOpacity": .int(fill),
            "lineInterpolation": .string(interpolation),
            "lineWidth": 1,
            "pointSize": 6,
            "showPoints": "auto",
            "spanNulls": false,
            "stacking": ["group": "A", "mode": stacked ? "normal" : "none"],
        ]
    }
}
