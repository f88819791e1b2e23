import Yams

/// What makes a text no YAML, or YAML that no configuration is written in.
struct YAMLProblem: Error, Hashable {
    let line: Int?
    let message: String
    let kind: Kind

    enum Kind: Hashable {
        case other
        /// A key that stands twice in a map, and where the first of the two is.
        case duplicate(key: String, line: Int, column: Int)
    }

    init(line: Int?, message: String, kind: Kind = .other) {
        self.line = line
        self.message = message
        self.kind = kind
    }
}

extension YAMLProblem {
    /// - Parameter text: what was parsed.
    init(_ error: YamlError, in text: String) {
        switch error {
        case .duplicatedKeysInMapping(let keys, let context):
            let key = keys.first ?? ""
            self.init(
                line: context.mark.line, message: "\(ValueProblem.quoted(key)) is there twice",
                kind: .duplicate(key: key, line: context.mark.line, column: context.mark.column))
        case .composer(_, "but found another document", let mark, _):
            self.init(line: mark.line, message: "a second document begins here; a configuration is one")
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
            .composer(let context, let problem, let mark, _):
            self.init(
                line: mark.line,
                message: YAMLProblem.sentence(context, problem)
                    + YAMLProblem.hint(problem, YAMLLines.line(mark.line, of: text)))
        case .reader(let problem, let offset, _, _):
            let index = offset.flatMap { text.index(text.startIndex, offsetBy: $0, limitedBy: text.endIndex) }
            self.init(
                line: index.map { YAMLLines.number(at: $0, in: text) },
                message: "the file is not text that YAML allows: \(problem)")
        default:
            self.init(line: nil, message: "the file is not YAML: \(error)")
        }
    }

    private static func sentence(_ context: YamlError.Context?, _ problem: String) -> String {
        // "while scanning for the next token" has no beginning of its own.
        guard let context, !context.text.isEmpty, !context.text.hasSuffix("next token") else {
            return "the file is not YAML: \(problem)"
        }
        return "the file is not YAML: \(context.text) that begins on line \(context.mark.line): \(problem)"
    }

    /// What people run into, in plain words.
    private static func hint(_ problem: String, _ line: Substring.UnicodeScalarView) -> String {
        let indentation = line.prefix { $0 == " " || $0 == "\t" }
        if indentation.contains("\t") { return " (indent with spaces; there is a tab)" }
        if problem.contains("alphabetic or numeric character"), line.contains("*") {
            return " (a value that begins with * goes in quotes)"
        }
        return ""
    }
}
