/// What Grafana does with the answers before a table shows them.
enum Transformation {
    /// Puts the answers of all queries into one table; rows with the same labels become one.
    static let merge: JSON = ["id": "merge", "options": [:]]

    /// Leaves out the rows in which this number is zero.
    static func withoutZeros(in field: String) -> JSON {
        [
            "id": "filterByValue",
            "options": [
                "filters": [
                    [
                        "config": ["id": "greater", "options": ["value": 0]],
                        "fieldName": .string(field),
                    ]
                ],
                "match": "any",
                "type": "include",
            ],
        ]
    }

    /// Hides columns, names the others, and puts them in the order in which they are named.
    static func organize(hide: [String], names: [(field: String, name: String)]) -> JSON {
        [
            "id": "organize",
            "options": [
                "excludeByName": .object(hide.map { .init(key: $0, value: true) }),
                "includeByName": [:],
                "indexByName": .object(names.enumerated().map { .init(key: $1.field, value: .int($0)) }),
                "renameByName": .object(names.map { .init(key: $0.field, value: .string($0.name)) }),
            ],
        ]
    }
}
