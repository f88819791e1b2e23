import Foundation
import HTTPServer
import Sweeping

/// The API's description, with the operations that there are.
enum OpenAPIText {
    static func body(_ operations: [OperationFacts]) -> SharedBody {
        SharedBody(Array(text(operations).utf8))
    }

    /// The document names operations by marks in quotes, so that it is JSON by itself.
    static func text(_ operations: [OperationFacts]) -> String {
        let fields = operations.compactMap(\.wording.reportField)
        return String(decoding: PackageResources.openapi_json, as: UTF8.self)
            .replacing("\"{operations}\"", with: list(operations.map(\.name.rawValue)))
            .replacing("\"{report_fields}\"", with: list(fields))
            .replacing(
                "\"{report_field_schemas}\": {}",
                with: fields.map { "\(quoted($0)): {\"type\": \"integer\", \"minimum\": 0}" }.joined(separator: ", "))
    }

    private static func list(_ words: [String]) -> String { words.map(quoted).joined(separator: ", ") }

    /// Names of operations and fields have nothing in them that JSON escapes.
    private static func quoted(_ word: String) -> String { "\"\(word)\"" }
}
