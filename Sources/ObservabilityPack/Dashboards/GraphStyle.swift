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
    /// A line from value to value over the steps that have none, as when nothing ran meanwhile.
    case lineOverGaps

    var json: JSON {
        switch self {
        case .line: shape(draw: "line", interpolation: "linear", fill: 10, stacked: false)
        case .steps: shape(draw: "line", interpolation: "stepAfter", fill: 0, stacked: false)
        case .stackedSteps: shape(draw: "line", interpolation: "stepAfter", fill: 40, stacked: true)
        case .bars: shape(draw: "bars", interpolation: "linear", fill: 80, stacked: true)
        case .lineOverGaps: shape(draw: "line", interpolation: "linear", fill: 0, stacked: false, spanGaps: true)
        }
    }

    /// Bars say how much there was in all, everything else how it is now; most first.
    var legend: JSON {
        let table: JSON = ["displayMode": "table", "placement": "bottom", "showLegend": true]
        if self == .bars { return table.adding(["calcs": ["sum"], "sortBy": "Total", "sortDesc": true]) }
        return table.adding(["calcs": ["lastNotNull", "max"], "sortBy": "Max", "sortDesc": true])
    }

    /// Many series of bars are zero most of the time; the others are what one looks for.
    var tooltip: JSON { ["hideZeros": .bool(self == .bars), "mode": "multi", "sort": "desc"] }

    /// Series of things that are mostly zero: those that are zero all the time say nothing, and a legend has no room for them.
    var hidesZeros: Bool { self == .bars || self == .stackedSteps || self == .steps }

    private func shape(draw: String, interpolation: String, fill: Int, stacked: Bool, spanGaps: Bool = false) -> JSON {
        [
            "drawStyle": .string(draw),
            "fillOpacity": .int(fill),
            "lineInterpolation": .string(interpolation),
            "lineWidth": 1,
            "pointSize": 6,
            "showPoints": "auto",
            "spanNulls": .bool(spanGaps),
            "stacking": ["group": "A", "mode": stacked ? "normal" : "none"],
        ]
    }
}
