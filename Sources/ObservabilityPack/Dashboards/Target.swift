/// One query of a panel.
struct Target: Sendable {
    enum Shape: Sendable {
        /// A series over the dashboard's time range.
        case range
        /// The present value only.
        case instant
        /// The present values as rows of a table, labels as columns.
        case table
    }

    let expression: String
    var legend = "__auto"
    var shape = Shape.range

    func json(refID: String) -> JSON {
        [
            "datasource": Target.datasource,
            "editorMode": "code",
            "expr": .string(expression),
            "format": shape == .table ? "table" : "time_series",
            "instant": .bool(shape != .range),
            "legendFormat": .string(legend),
            "range": .bool(shape == .range),
            "refId": .string(refID),
        ]
    }

    /// The data source that the user chose at the top of the dashboard.
    static let datasource: JSON = ["type": "prometheus", "uid": "${datasource}"]

    /// A, B, C and so on, as Grafana names the queries of a panel.
    static func refID(_ index: Int) -> String { String(UnicodeScalar(UInt8(ascii: "A") + UInt8(index))) }
}
