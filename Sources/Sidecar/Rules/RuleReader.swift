import Sweeping

/// Reads rules from a file: a list of maps, each key with its own meaning.
struct RuleReader {
    /// A mistake, and the line that it is on.
    struct Problem: Sendable, Equatable {
        var path: String
        var message: String
        var line: Int?
    }

    private let root: String
    private let context = ReadingContext(workingDirectory: "/")
    private(set) var problems: [Problem] = []

    /// - Parameter root: what the path of every setting begins with: `rules`.
    init(root: String = "rules") {
        self.root = root
    }

    mutating func note(_ message: String, at path: String, _ line: Int?) {
        problems.append(Problem(path: path, message: message, line: line))
    }

    /// - Returns: what is good.
    mutating func read(_ node: RawNode) -> [RuleDraft] {
        if case .refused = node.content { return [] }
        guard case .list(let items) = node.content else {
            note("wants a list of rules, each with a name, not \(node.found)", at: root, node.line)
            return []
        }
        var drafts: [RuleDraft] = []
        for (index, item) in items.enumerated() {
            guard let draft = rule(item, at: "\(root)[\(index)]") else { continue }
            if let first = drafts.first(where: { $0.name == draft.name }) {
                note(
                    "a rule of this name is there already\(first.line.map { ", on line \($0)" } ?? "")",
                    at: "\(root).\(draft.name)", draft.line)
                continue
            }
            drafts.append(draft)
        }
        return drafts
    }

    private mutating func rule(_ node: RawNode, at place: String) -> RuleDraft? {
        guard let entries = map(node, at: place, wants: "a rule: a map with name, table, time and keep") else {
            return nil
        }
        guard let nameEntry = entries.first(where: { $0.key == "name" }) else {
            note("has no `name`", at: place, node.line ?? entries.first?.line)
            return nil
        }
        guard let name = text(nameEntry.value, at: "\(place).name") else { return nil }
        if let problem = RuleReader.problem(ofName: name) {
            note(problem, at: "\(place).name", nameEntry.line)
            return nil
        }
        var draft = RuleDraft(name: name)
        draft.line = nameEntry.line ?? node.line
        for entry in entries where entry.key != "name" {
            let path = "\(root).\(name).\(entry.shownKey)"
            if let first = entry.firstLine {
                note("is there twice; the first is on line \(first)", at: path, entry.line)
                continue
            }
            guard let read = RuleReader.keys[entry.key] else {
                note(RuleReader.unknown(entry.key), at: path, entry.line)
                continue
            }
            read(&self, &draft, RawNode(content: entry.value.content, line: entry.line), path)
        }
        return draft
    }

    static func problem(ofName name: String) -> String? {
        let letters = UInt8(ascii: "a")...UInt8(ascii: "z")
        let bytes = Array(name.utf8)
        let isGood =
            bytes.first.map(letters.contains) == true && bytes.count <= 40
            && bytes.allSatisfy { letters.contains($0) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "_") }
        guard isGood else {
            return "\(ValueProblem.quoted(name)) is no name: it begins with a letter from a to z, and has letters,"
                + " digits and _, 40 at the most"
        }
        guard name != RunError.runLabel else { return "'run' is what a run's own errors are counted under" }
        return nil
    }

    static func unknown(_ key: String) -> String {
        if let near = Misspelling.nearest(to: key, among: keys.keys.sorted()) {
            return "unknown key; did you mean '\(near)'?"
        }
        return "unknown key; known here: name, \(keys.keys.sorted().joined(separator: ", "))"
    }
}

/// What the keys of a rule want.
extension RuleReader {
    private typealias Read = @Sendable (inout RuleReader, inout RuleDraft, RawNode, String) -> Void

    private static let keys: [String: Read] = [
        "enabled": { $1.isEnabled = $0.value($2, at: $3, .boolean) ?? $1.isEnabled },
        "table": { $1.table = $0.table($2, at: $3) },
        "key": { $1.key = $0.columns($2, at: $3) },
        "time": { $1.time = $0.time($2, at: $3) },
        "time_format": { $1.format = $0.format($2, at: $3) },
        "time_zone": { $1.zone = $0.value($2, at: $3, .timeZone) },
        "keep": { $1.keep = $0.keep($2, at: $3) },
        "keep_less_than_an_hour": { $1.keepsShort = $0.value($2, at: $3, .boolean) },
        "keep_by": { $1.keepBy = $0.keepBy($2, at: $3) },
        "where": { $1.only = $0.named($2, at: $3) },
        "where_not": { $1.except = $0.named($2, at: $3) },
        "keep_newest": { $1.newest = $0.newest($2, at: $3) },
        "unless_referenced": { $1.references = $0.references($2, at: $3) },
        "dependents": { $1.dependents = $0.dependents($2, at: $3) },
        "max_rows": { $1.maxRows = $0.maxRows($2, at: $3) },
        "only_if": { $1.onlyIf = $0.presences($2, at: $3) },
        "not_if": { $1.notIf = $0.presences($2, at: $3) },
    ]

    mutating func value<Value>(_ node: RawNode, at path: String, _ kind: ValueKind<Value>) -> Value? {
        guard let scalar = scalar(node, at: path, wants: kind.wants) else { return nil }
        do throws(ValueProblem) {
            return try kind.read(scalar, context)
        } catch {
            note(error.description, at: path, node.line)
            return nil
        }
    }

    private mutating func table(_ node: RawNode, at path: String) -> TableReference? {
        guard let name = value(node, at: path, .table) else { return nil }
        return TableReference(parsing: name)
    }

    private mutating func columns(_ node: RawNode, at path: String) -> [String]? {
        guard case .list(let items) = node.content else { return value(node, at: path, .column).map { [$0] } }
        let names = items.compactMap { value($0, at: path, .column) }
        guard !items.isEmpty else {
            note("is empty; write the names of columns, or leave the key out", at: path, node.line)
            return nil
        }
        if Set(names.map(\.folded)).count < names.count { note("names a column twice", at: path, node.line) }
        return names
    }

    private mutating func time(_ node: RawNode, at path: String) -> Rule.Time? {
        if case .scalar = node.content { return value(node, at: path, .column).map { .column($0) } }
        let wants = "a column, or a map with `column` and `times`"
        guard let entries = entries(node, at: path, wants: wants, keys: ["column", "times"]) else { return nil }
        guard let column = entries["column"].flatMap({ value($0, at: "\(path).column", .column) }),
            let times = entries["times"],
            let choices = map(times, at: "\(path).times", wants: "a map of values to columns")
        else {
            note("wants \(wants)", at: path, node.line)
            return nil
        }
        let named = choices.compactMap { choice -> Rule.Named<RuleValue>? in
            guard let name = value(choice.value, at: "\(path).times.\(choice.shownKey)", .column) else { return nil }
            return Rule.Named(name, RuleValue(key: choice))
        }
        return .byValue(of: column, named)
    }

    private mutating func format(_ node: RawNode, at path: String) -> RuleDraft.Format? {
        guard let word = text(node, at: path) else { return nil }
        switch word {
        case "auto": return .auto
        case "text": return .fixed(.text)
        default:
            if let unit = UnixUnit(rawValue: word) { return .fixed(.unix(unit)) }
            note(
                "\(ValueProblem.quoted(word)) is unknown; write auto, text, unix, unix_ms or unix_us", at: path,
                node.line)
            return nil
        }
    }

    private mutating func keep(_ node: RawNode, at path: String) -> RuleDraft.Keep? {
        if case .scalar(let scalar) = node.content, scalar.text == "forever" { return .forever }
        let kind = ValueKind<Duration>.duration(
            .seconds(1)...RuleDraft.longestKeep, such: "30d",
            reason: ": 0 doesn't mean all; to keep rows for ever write forever, to stop the rule enabled: false")
        return value(node, at: path, kind).map { .span($0) }
    }

    private mutating func keepBy(_ node: RawNode, at path: String) -> [Rule.Named<[Rule.Keep]>]? {
        guard let columns = map(node, at: path, wants: "a map of columns to maps of values to durations") else {
            return nil
        }
        return columns.compactMap { column in
            let path = "\(path).\(column.shownKey)"
            guard let values = map(column.value, at: path, wants: "a map of values to durations") else { return nil }
            return Rule.Named(
                column.key,
                values.compactMap { value in
                    keep(RawNode(content: value.value.content, line: value.line), at: "\(path).\(value.shownKey)")
                        .map { Rule.Keep(RuleValue(key: value), $0.duration) }
                })
        }
    }

    private mutating func named(_ node: RawNode, at path: String) -> [Rule.Named<[RuleValue]>]? {
        guard let columns = map(node, at: path, wants: "a map of columns to lists of values") else { return nil }
        return columns.compactMap { column in
            let path = "\(path).\(column.shownKey)"
            let items: [RawNode]
            switch column.value.content {
            case .list(let nodes): items = nodes
            case .scalar: items = [column.value]
            case .map, .refused:
                note("wants a list of values", at: path, column.line)
                return nil
            }
            guard !items.isEmpty else {
                note("names no value; write them, or leave the column out", at: path, column.line)
                return nil
            }
            let values = items.compactMap { item -> RuleValue? in
                guard case .scalar(let scalar) = item.content else {
                    note("wants a list of values, not of \(item.found)", at: path, item.line ?? column.line)
                    return nil
                }
                return RuleValue(scalar)
            }
            return Rule.Named(column.key, values)
        }
    }

    private mutating func newest(_ node: RawNode, at path: String) -> NewestRule? {
        guard let entries = entries(node, at: path, wants: "a map with `count` and `per`", keys: ["count", "per"]),
            let count = entries["count"].flatMap({ value($0, at: "\(path).count", .integer(1...10_000)) })
        else {
            note("wants a map with `count`, and with `per` where each group keeps as many", at: path, node.line)
            return nil
        }
        return NewestRule(count: count, per: entries["per"].flatMap { columns($0, at: "\(path).per") } ?? [])
    }

    private mutating func references(_ node: RawNode, at path: String) -> [ColumnReference]? {
        list(node, at: path, wants: "a list of maps with `table` and `column`") { reader, item, path in
            guard
                let entries = reader.entries(
                    item, at: path, wants: "a map with `table` and `column`", keys: ["table", "column"])
            else { return nil }
            return reader.reference(entries, at: path, item.line)
        }
    }

    private mutating func reference(_ entries: [String: RawNode], at path: String, _ line: Int?) -> ColumnReference? {
        guard let table = entries["table"].flatMap({ table($0, at: "\(path).table") }),
            let column = entries["column"].flatMap({ value($0, at: "\(path).column", .column) })
        else {
            if entries["table"] == nil || entries["column"] == nil {
                note("wants `table` and `column`", at: path, line)
            }
            return nil
        }
        return ColumnReference(table, column)
    }

    private mutating func dependents(_ node: RawNode, at path: String) -> [Dependents]? {
        list(node, at: path, wants: "a list of maps with `table` and `column`") { reader, item, path in
            let keys = ["table", "column", "of", "enabled", "unless_referenced"]
            guard
                let entries = reader.entries(item, at: path, wants: "a map with `table` and `column`", keys: keys),
                let reference = reader.reference(entries, at: path, item.line)
            else { return nil }
            var dependents = Dependents(reference.table, column: reference.column)
            if let node = entries["of"] { dependents.parentColumn = reader.value(node, at: "\(path).of", .column) }
            if let flag = entries["enabled"] {
                dependents.isEnabled = reader.value(flag, at: "\(path).enabled", .boolean) ?? true
            }
            if let node = entries["unless_referenced"] {
                dependents.unlessReferenced = reader.references(node, at: "\(path).unless_referenced") ?? []
            }
            return dependents
        }
    }

    private mutating func maxRows(_ node: RawNode, at path: String) -> RuleDraft.MaxRows? {
        if case .scalar(let scalar) = node.content, scalar.text == "none" { return RuleDraft.MaxRows.none }
        return value(node, at: path, .integer(1...1_000_000_000)).map { .rows($0) }
    }

    private mutating func presences(_ node: RawNode, at path: String) -> [Rule.Presence]? {
        let items: RawNode =
            if case .list = node.content { node } else { RawNode(content: .list([node]), line: node.line) }
        return list(items, at: path, wants: "a map with `table` and `column`") { reader, item, path in
            guard
                let entries = reader.entries(item, at: path, wants: "a map with `table`", keys: ["table", "column"]),
                let table = entries["table"].flatMap({ reader.table($0, at: "\(path).table") })
            else { return nil }
            return Rule.Presence(table, column: entries["column"].flatMap { reader.value($0, at: path, .column) })
        }
    }
}

/// Nodes by their shape.
extension RuleReader {
    mutating func map(_ node: RawNode, at path: String, wants: String) -> [RawEntry]? {
        if case .refused = node.content { return nil }
        guard case .map(let entries) = node.content else {
            note("wants \(wants), not \(node.found)", at: path, node.line)
            return nil
        }
        return entries
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

    private mutating func list<Item>(
        _ node: RawNode, at path: String, wants: String, _ read: (inout RuleReader, RawNode, String) -> Item?
    ) -> [Item]? {
        if case .refused = node.content { return nil }
        guard case .list(let items) = node.content else {
            note("wants \(wants), not \(node.found)", at: path, node.line)
            return nil
        }
        return items.enumerated().compactMap { read(&self, $1, "\(path)[\($0)]") }
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
