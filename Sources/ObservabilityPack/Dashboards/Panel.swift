/// One panel, before it has an id and a place.
struct Panel: Sendable {
    enum Kind: String, Sendable {
        case stat
        case gauge
        case stateTimeline = "state-timeline"
        case timeSeries = "timeseries"
        case table
    }

    let kind: Kind
    let title: String
    let description: String
    let targets: [Target]
    /// A unit of Grafana's, such as `s`, `bytes` or `short`.
    let unit: String
    /// What the panel says when its queries give nothing: why that may be.
    let empty: String
    /// In Grafana's grid of 24 columns.
    let width: Int
    let height: Int
    let options: JSON
    /// Further members of the field defaults, such as `decimals` or `mappings`.
    var defaults: [JSON.Member] = []
    var overrides: [JSON] = []
    var transformations: [JSON] = []
    /// The least step of the queries; `nil` leaves it to the data source.
    var interval: String?

    func json(id: Int, x: Int, y: Int) -> JSON {
        let references = targets.indices.map { Target.refID($0) }
        var members: [JSON.Member] = [
            .init(key: "id", value: .int(id)),
            .init(key: "type", value: .string(kind.rawValue)),
            .init(key: "title", value: .string(title)),
            .init(key: "description", value: .string(description)),
            .init(key: "datasource", value: Target.datasource),
            .init(key: "gridPos", value: ["h": .int(height), "w": .int(width), "x": .int(x), "y": .int(y)]),
        ]
        if let interval { members.append(.init(key: "interval", value: .string(interval))) }
        members += [
            .init(key: "targets", value: .array(zip(targets, references).map { $0.json(refID: $1) })),
            .init(
                key: "fieldConfig",
                value: [
                    "defaults": .object(
                        [
                            .init(key: "unit", value: .string(unit)),
                            .init(key: "noValue", value: .string(empty)),
                        ] + defaults),
                    "overrides": .array(overrides),
                ]),
            .init(key: "options", value: options),
        ]
        if !transformations.isEmpty { members.append(.init(key: "transformations", value: .array(transformations))) }
        return .object(members)
    }
}
