/// A YAML text in which the first of two equal keys got another name, and what it was called before.
struct DuplicateKeys: Sendable {
    private(set) var text: String
    private var renamed: [String: String] = [:]
    /// What the parser said of the text as the user wrote it.
    var original: YAMLProblem?
    private let prefix: String
    /// More than this is not a slip.
    private static let limit = 20

    init(text: String) {
        self.text = text
        var number = 1
        while text.contains("duplicate\(number)-") { number += 1 }
        prefix = "duplicate\(number)-"
    }

    /// Renames the key at this place.
    /// - Returns: false when there is no such place, or there were too many already.
    mutating func rename(_ key: String, line: Int, column: Int) -> Bool {
        guard renamed.count < Self.limit, let index = YAMLLines.index(line: line, column: column, in: text)
        else { return false }
        let name = "\(prefix)\(renamed.count)-"
        text.unicodeScalars.insert(contentsOf: name.unicodeScalars, at: index)
        renamed[name] = key
        return true
    }

    /// What the user called a key; nil when it was no word, which is all that Yams says of it.
    func originalName(of key: String) -> String? {
        guard key.hasPrefix(prefix), let name = renamed.keys.first(where: { key.hasPrefix($0) }) else { return key }
        return renamed[name] == "<uncovertable>" ? nil : renamed[name]
    }
}

/// Lines as YAML 1.1 counts them, which is what marks refer to.
enum YAMLLines {
    /// The place with this line and column, both from 1; nil outside the text.
    static func index(line wanted: Int, column: Int, in text: String) -> String.Index? {
        let scalars = text.unicodeScalars
        var index = scalars.startIndex
        var line = 1
        while line < wanted, index < scalars.endIndex {
            if isBreak(at: index, in: scalars) { line += 1 }
            index = scalars.index(after: index)
        }
        guard line == wanted else { return nil }
        return scalars.index(index, offsetBy: column - 1, limitedBy: scalars.endIndex)
    }

    /// The text of a line, from 1, without its end.
    static func line(_ number: Int, of text: String) -> Substring.UnicodeScalarView {
        guard let start = index(line: number, column: 1, in: text) else { return Substring().unicodeScalars }
        let rest = text.unicodeScalars[start...]
        return rest.prefix { !breaks.contains($0) }
    }

    /// The line, from 1, in which a place lies.
    static func number(at index: String.Index, in text: String) -> Int {
        let scalars = text.unicodeScalars
        return 1 + scalars[..<index].indices.count { isBreak(at: $0, in: scalars) }
    }

    private static let breaks: Set<Unicode.Scalar> = ["\n", "\r", "\u{85}", "\u{2028}", "\u{2029}"]

    /// Whether a line ends with this scalar; a carriage return before a line feed is half of one end.
    private static func isBreak(at index: String.UnicodeScalarView.Index, in scalars: String.UnicodeScalarView) -> Bool
    {
        guard breaks.contains(scalars[index]) else { return false }
        let next = scalars.index(after: index)
        return !(scalars[index] == "\r" && next < scalars.endIndex && scalars[next] == "\n")
    }
}
