import Foundation
import GRDB

/// Values out of a row that anybody may have written: one of another type than expected is nil and ends nothing.
extension Row {
    func text(_ column: String) -> String? {
        self[column] as (any DatabaseValueConvertible)? as? String
    }

    func whole(_ column: String) -> Int64? {
        self[column] as (any DatabaseValueConvertible)? as? Int64
    }

    func real(_ column: String) -> Double? {
        let value = self[column] as (any DatabaseValueConvertible)?
        return value as? Double ?? (value as? Int64).map(Double.init)
    }

    /// A value from its JSON text.
    func json<Value: Decodable>(_ column: String, as type: Value.Type) -> Value? {
        text(column).flatMap { try? JSONDecoder().decode(type, from: Data($0.utf8)) }
    }
}

/// A value's JSON text, keys sorted.
func jsonText(_ value: some Encodable) -> String? {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return (try? encoder.encode(value)).map { String(decoding: $0, as: UTF8.self) }
}
