/// What is wrong with one value: a sentence that goes after the setting's name.
package struct ValueProblem: Error, Equatable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) {
        self.description = description
    }

    /// A user's text as messages show it: in quotes, on one line, not endless.
    static func quoted(_ text: some StringProtocol) -> String {
        let limit = 100
        var shown = ""
        for scalar in text.unicodeScalars.prefix(limit) {
            switch scalar {
            case "\n": shown += "\\n"
            case "\t": shown += "\\t"
            case "\r": shown += "\\r"
            case _ where scalar.properties.generalCategory == .control:
                shown += "\\u{\(String(scalar.value, radix: 16))}"
            default: shown.unicodeScalars.append(scalar)
            }
        }
        return "'\(shown)\(text.unicodeScalars.count > limit ? "…" : "")'"
    }
}
