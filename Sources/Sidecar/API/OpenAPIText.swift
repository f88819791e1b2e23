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
        // Where there are none, their commas go with them.
        return String(decoding: PackageResources.openapi_json, as: UTF8.self)
            .replacing("\"{operations}\",", with: entries(operations.map { quoted($0.name.rawValue) }))
            .replacing("\"{operations}\"", with: operations.map { quoted($0.name.rawValue) }.joined(separator: ", "))
            .replacing("\"{report_fields}\",", with: entries(fields.map(quoted)))
            .replacing(
                "\"{report_field_schemas}\": {},",
                with: entries(fields.map { "\(quoted($0)): {\"type\": \"integer\", \"minimum\": 0}" }))
    }

    private static func entries(_ texts: [String]) -> String { texts.map { $0 + "," }.joined(separator: " ") }

    /// Names of operations and fields have nothing in them that JSON escapes.
    private static func quoted(_ word: String) -> String { "\"\(word)\"" }
}
