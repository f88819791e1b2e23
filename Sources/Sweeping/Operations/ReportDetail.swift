/// What the report says of one row, as the fields of a JSON object.
package struct ReportDetail: Sendable, Equatable {
    package enum Field: Sendable, Equatable {
        case text(String)
        case whole(Int)
        case number(Double)
    }

    package var fields: [String: Field]

    package init(_ fields: [String: Field]) {
        self.fields = fields
    }
}

extension ReportDetail: Encodable {
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(fields)
    }
}

extension ReportDetail.Field: Encodable {
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .text(let text): try container.encode(text)
        case .whole(let number): try container.encode(number)
        case .number(let number): try container.encode(number)
        }
    }
}
