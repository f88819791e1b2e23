import Yams

/// A configuration file as a tree of raw values with their lines.
struct YAMLDocument: Sendable, Equatable {
    /// Nil for a file with nothing in it.
    let root: RawNode?
    /// What the tree has that a configuration may not.
    let problems: [YAMLProblem]

    /// - Throws: `YAMLProblem` when there is no making sense of the text at all.
    init(parsing text: String) throws(YAMLProblem) {
        try YAMLBounds.check(text)
        // Yams refuses a map with a key twice and says nothing about the rest. Each time, the first of the two gets a name that no
        // file has, so that the rest can be read and the second be pointed at.
        var editing = DuplicateKeys(text: text)
        while true {
            do throws(YAMLProblem) {
                self = try YAMLDocument(parsing: editing)
                return
            } catch {
                guard case .duplicate(let key, let line, let column) = error.kind,
                    editing.rename(key, line: line, column: column)
                else {
                    throw editing.original ?? error
                }
                editing.original = editing.original ?? error
            }
        }
    }

    private init(parsing editing: DuplicateKeys) throws(YAMLProblem) {
        do {
            // The parser holds the anchors, which nodes only refer to.
            let parser = try Parser(yaml: editing.text, resolver: .basic, encoding: .utf8)
            let node = try parser.singleRoot()
            self = withExtendedLifetime(parser) {
                var converter = NodeConverter(duplicates: editing)
                let root = node.map { converter.convert($0) }
                return YAMLDocument(root: root, problems: converter.problems)
            }
        } catch let error as YamlError {
            throw YAMLProblem(error, in: editing.text)
        } catch {
            throw YAMLProblem(line: nil, message: "\(error)")
        }
    }

    private init(root: RawNode?, problems: [YAMLProblem]) {
        if let root, case .scalar(let scalar) = root.content, scalar.form == .null, scalar.text.isEmpty {
            self.root = nil
        } else {
            self.root = root
        }
        self.problems = problems
    }
}

/// Turns Yams' nodes into raw ones, and notes what has no place in a configuration.
private struct NodeConverter {
    let duplicates: DuplicateKeys
    private(set) var problems: [YAMLProblem] = []
    private var noted: Set<YAMLProblem> = []

    init(duplicates: DuplicateKeys) {
        self.duplicates = duplicates
    }

    mutating func convert(_ node: Node) -> RawNode {
        let line = node.mark?.line
        // Not looked into: with aliases of aliases, a short text is an endless tree.
        if let anchor = node.anchor {
            note(line, "&\(anchor.rawValue): anchors and aliases are not taken; write the value where it belongs")
            return RawNode(content: .refused, line: line)
        }
        switch node {
        case .scalar(let scalar): return RawNode(content: convert(scalar, node, line), line: line)
        case .sequence(let sequence): return RawNode(content: .list(sequence.map { convert($0) }), line: line)
        case .mapping(let mapping): return RawNode(content: .map(entries(of: mapping)), line: line)
        case .alias: return RawNode(content: .refused, line: line)
        }
    }

    private mutating func entries(of mapping: Node.Mapping) -> [RawEntry] {
        var entries: [RawEntry] = []
        var firstLines: [String: Int] = [:]
        for (keyNode, valueNode) in mapping {
            guard case .scalar(let scalar) = keyNode, keyNode.anchor == nil,
                let key = duplicates.originalName(of: scalar.string)
            else {
                note(keyNode.mark?.line, "a key must be a plain word")
                continue
            }
            if key == "<<", scalar.style == .plain {
                note(keyNode.mark?.line, "<<: merge keys are not taken; write the keys where they belong")
                continue
            }
            let line = keyNode.mark?.line
            entries.append(RawEntry(key: key, line: line, value: convert(valueNode), firstLine: firstLines[key]))
            if firstLines[key] == nil { firstLines[key] = line }
        }
        return entries
    }

    private mutating func convert(_ scalar: Node.Scalar, _ node: Node, _ line: Int?) -> RawNode.Content {
        let form: RawScalar.Form
        // Asking for the node's tag would settle it.
        if scalar.tag.rawValue == Tag.Name.implicit.rawValue {
            return .scalar(RawScalar(text: scalar.string, form: PlainScalar.form(of: scalar.string)))
        }
        switch node.tag.rawValue {
        case "tag:yaml.org,2002:bool": form = .boolean
        case "tag:yaml.org,2002:int", "tag:yaml.org,2002:float": form = .number
        case "tag:yaml.org,2002:null": form = .null
        case let tag where tag.hasPrefix("tag:yaml.org,2002:"): form = .text
        case let tag:
            note(line, "\(tag): tags are not taken; write the value alone")
            return .refused
        }
        return .scalar(RawScalar(text: scalar.string, form: form))
    }

    private mutating func note(_ line: Int?, _ message: String) {
        let problem = YAMLProblem(line: line, message: message)
        // An alias brings its anchor along again.
        if noted.insert(problem).inserted { problems.append(problem) }
    }
}
