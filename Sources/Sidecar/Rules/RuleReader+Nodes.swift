import Sweeping

/// Nodes by their shape.
extension RuleReader {
    /// - Parameter tellsOfTwins: whether a key that is there twice is noted here, and left out.
    mutating func map(_ node: RawNode, at path: String, wants: String, tellsOfTwins: Bool = true) -> [RawEntry]? {
        if case .refused = node.content { return nil }
        guard case .map(let entries) = node.content else {
            noteOther(node, than: wants, at: path)
            return nil
        }
        guard tellsOfTwins else { return entries }
        for entry in entries {
            guard let first = entry.firstLine else { continue }
            note("is there twice; the first is on line \(first)", at: "\(path).\(entry.shownKey)", entry.line)
        }
        return entries.filter { $0.firstLine == nil }
    }

    mutating func items(_ node: RawNode, at path: String, wants: String) -> [RawNode]? {
        if case .refused = node.content { return nil }
        guard case .list(let items) = node.content else {
            noteOther(node, than: wants, at: path)
            return nil
        }
        return items
    }

    private mutating func noteOther(_ node: RawNode, than wanted: String, at path: String) {
        if case .scalar(let scalar) = node.content, scalar.form == .null, scalar.text.isEmpty {
            note("is empty; it wants \(wanted)", at: path, node.line)
        } else {
            note("wants \(wanted), not \(node.found)", at: path, node.line)
        }
    }

    /// Says which keys aren't there; not where others are that nobody knows, since those are said already and may be meant.
    mutating func noteMissing(
        _ keys: [String], in entries: [String: RawNode], at path: String, _ line: Int?
    ) {
        let missing = keys.filter { entries[$0] == nil }
        guard !missing.isEmpty, !problems.contains(where: { $0.path.utf8.starts(with: "\(path).".utf8) }) else {
            return
        }
        note("has no \(missing.map { "`\($0)`" }.joined(separator: " and no "))", at: path, line)
    }

    /// A word where a number should be.
    func word(_ node: RawNode) -> String? {
        guard case .scalar(let scalar) = node.content, scalar.form == .text || scalar.form == .boolean,
            let first = scalar.text.unicodeScalars.first, first.properties.isAlphabetic
        else { return nil }
        return scalar.text
    }

    mutating func entries(_ node: RawNode, at path: String, wants: String, keys: [String]) -> [String: RawNode]? {
        guard let entries = map(node, at: path, wants: wants) else { return nil }
        var found: [String: RawNode] = [:]
        for entry in entries {
            guard keys.contains(entry.key) else {
                let near = Misspelling.nearest(to: entry.key, among: keys)
                note(
                    "unknown key; "
                        + (near.map { "did you mean '\($0)'?" } ?? "known here: \(keys.joined(separator: ", "))"),
                    at: "\(path).\(entry.shownKey)", entry.line)
                continue
            }
            found[entry.key] = RawNode(content: entry.value.content, line: entry.line)
        }
        return found
    }

    mutating func list<Item>(
        _ node: RawNode, at path: String, wants: String, _ read: (inout RuleReader, RawNode, String) -> Item?
    ) -> [Item]? {
        items(node, at: path, wants: wants)?.enumerated().compactMap { read(&self, $1, "\(path)[\($0)]") }
    }

    mutating func scalar(_ node: RawNode, at path: String, wants: String) -> RawScalar? {
        if case .refused = node.content { return nil }
        guard case .scalar(let scalar) = node.content else {
            note("wants \(wants), not \(node.found)", at: path, node.line)
            return nil
        }
        guard scalar.form != .null else {
            note("has no value; give one or leave the key out", at: path, node.line)
            return nil
        }
        return scalar
    }

    mutating func text(_ node: RawNode, at path: String) -> String? {
        scalar(node, at: path, wants: "a word")?.text
    }
}

extension RuleValue {
    init(_ scalar: RawScalar) {
        self =
            switch scalar.form {
            case .null: .null
            case .boolean: .flag(scalar.text.lowercased() == "true")
            case .number: .number(scalar.text)
            case .text, .untyped: .text(scalar.text)
            }
    }

    /// A key of a map: YAML says nothing of what kind it is.
    init(key entry: RawEntry) {
        self =
            switch entry.key {
            case "null", "~": .null
            case "true": .flag(true)
            case "false": .flag(false)
            default: .text(entry.key)
            }
    }
}

extension TableReference {
    /// `schema.table`, or a table's name alone.
    init(parsing text: String) {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        if parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty {
            self.init(parts[1], schema: parts[0])
        } else {
            self.init(text)
        }
    }
}
