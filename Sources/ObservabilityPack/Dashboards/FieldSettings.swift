/// Colours from a value on.
struct Thresholds: Sendable {
    /// Ascending; the first one's value is ignored, it holds from the least value on.
    let steps: [(from: Double, color: String)]

    static let none = Thresholds(steps: [(0, "text")])

    /// Green below the limit, red from it on.
    static func red(from limit: Double) -> Thresholds { Thresholds(steps: [(0, "green"), (limit, "red")]) }

    var json: JSON {
        [
            "mode": "absolute",
            "steps": .array(
                steps.enumerated().map { index, step in
                    ["color": .string(step.color), "value": index == 0 ? .null : .number(step.from)]
                }),
        ]
    }
}

/// What a number is called and how it is coloured.
enum Mapping {
    /// What isn't known is NaN in jobsweep's metrics.
    static let unknown: JSON = [
        [
            "type": "special",
            "options": ["match": "nan", "result": ["color": "text", "index": .int(0), "text": "unknown"]],
        ]
    ]

    static func values(_ texts: [(value: String, text: String, color: String)]) -> JSON {
        [
            [
                "type": "value",
                "options": .object(
                    texts.enumerated().map { index, entry in
                        .init(
                            key: entry.value,
                            value: ["color": .string(entry.color), "index": .int(index), "text": .string(entry.text)])
                    }),
            ]
        ]
    }
}

/// Settings for some of a panel's fields.
enum Override {
    /// Fields by their name.
    static func named(_ name: String, _ properties: [(id: String, value: JSON)]) -> JSON {
        matching("byName", name, properties)
    }

    /// All fields of one query.
    static func query(_ refID: String, _ properties: [(id: String, value: JSON)]) -> JSON {
        matching("byFrameRefID", refID, properties)
    }

    /// The query's series have an axis of their own on the right, since they would dwarf the others.
    static func rightAxis(_ refID: String) -> JSON { query(refID, [("custom.axisPlacement", "right")]) }

    /// A fixed colour, for a name that has a meaning.
    static func color(_ name: String, _ color: String) -> JSON {
        named(name, [("color", ["fixedColor": .string(color), "mode": "fixed"])])
    }

    /// Series that are zero all the time aren't in the legend.
    static let zerosUnnamed: JSON = [
        "matcher": ["id": "byValue", "options": ["op": "lte", "reducer": "max", "value": 0]],
        "properties": [
            ["id": "custom.hideFrom", "value": ["legend": true, "tooltip": true, "viz": false]]
        ],
    ]

    private static func matching(_ matcher: String, _ option: String, _ properties: [(id: String, value: JSON)]) -> JSON
    {
        [
            "matcher": ["id": .string(matcher), "options": .string(option)],
            "properties": .array(properties.map { ["id": .string($0.id), "value": $0.value] }),
        ]
    }
}
