/// A value as a source has it, before anybody looked up what the setting wants.
struct RawNode: Sendable, Equatable {
    let content: Content
    /// The line in the file, from 1; nil in the environment and on the command line, which have no lines.
    let line: Int?

    enum Content: Sendable, Equatable {
        case scalar(RawScalar)
        case list([RawNode])
        case map([RawEntry])
        /// What can't stand in a configuration; the problem is noted.
        case refused
    }

    /// A value of the environment or the command line, where everything is text.
    static func untyped(_ text: String) -> RawNode {
        RawNode(content: .scalar(RawScalar(text: text, form: .untyped)), line: nil)
    }

    /// What stands there, for a message that wants something else.
    var found: String {
        switch content {
        case .list: "a list"
        case .map: "a map"
        case .refused: "this"
        case .scalar(let scalar): ValueProblem.quoted(scalar.text)
        }
    }

    var isNull: Bool {
        if case .scalar(let scalar) = content { scalar.form == .null } else { false }
    }
}

/// A key of a map and what it holds.
struct RawEntry: Sendable, Equatable {
    let key: String
    /// As in `RawNode`.
    let line: Int?
    let value: RawNode
    /// The line of the same key's first appearance in its map; nil for the first itself.
    let firstLine: Int?

    /// The key as messages show it: in quotes where it would be hard to tell from what surrounds it.
    var shownKey: String {
        let isPlain = key.unicodeScalars.allSatisfy {
            $0.properties.isAlphabetic || $0.isASCII && $0.value > 32 && $0.value < 127
        }
        return isPlain && !key.isEmpty && key.utf8.count <= 100 ? key : ValueProblem.quoted(key)
    }
}

/// A scalar's text and what YAML takes it for.
struct RawScalar: Sendable, Equatable {
    let text: String
    let form: Form

    enum Form: Sendable, Equatable {
        /// From the environment or the command line, where everything is text.
        case untyped
        /// In quotes, or a plain word that is nothing else.
        case text
        case boolean
        case number
        case null
    }
}
