import Sweeping

/// What the keys of a rule want.
extension RuleReader {
    typealias Read = @Sendable (inout RuleReader, inout RuleDraft, RawNode, String) -> Void

    static let keys: [String: Read] = [
        "enabled": { $1.isEnabled = $0.value($2, at: $3, .boolean) ?? $1.isEnabled },
        "table": { $1.table = $0.table($2, at: $3) },
        "key": { $1.key = $0.columns($2, at: $3) },
        "time": { $1.time = $0.time($2, at: $3) },
        "time_format": { $1.format = $0.format($2, at: $3) },
        "time_zone": { $1.zone = $0.value($2, at: $3, .timeZone) },
        "keep": { $1.keep = $0.keep($2, at: $3) },
        "keep_less_than_an_hour": { $1.keepsShort = $0.value($2, at: $3, .boolean) },
        "keep_by": { $1.keepBy = $0.keepBy($2, at: $3) },
        "where": { $1.only = $0.allowed($2, at: $3) },
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
        let names = items.compactMap { item in
            value(RawNode(content: item.content, line: item.line ?? node.line), at: path, .column)
        }
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
        guard let column = entries["column"], let times = entries["times"] else {
            noteMissing(["column", "times"], in: entries, at: path, node.line)
            return nil
        }
        guard let column = value(column, at: "\(path).column", .column),
            let choices = map(times, at: "\(path).times", wants: "a map of values to columns")
        else { return nil }
        guard !choices.isEmpty else {
            note("names no value; write them, each with its column", at: "\(path).times", times.line)
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
        if let word = word(node) {
            note(
                "\(ValueProblem.quoted(word)) is not a duration; write one such as 30d, or forever", at: path, node.line
            )
            return nil
        }
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
            let node = RawNode(content: column.value.content, line: column.line)
            guard let values = map(node, at: path, wants: "a map of values to durations") else { return nil }
            guard !values.isEmpty else {
                note("names no value; write them, or leave the column out", at: path, column.line)
                return nil
            }
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
        if columns.contains(where: \.key.isEmpty) { note("has a column without a name", at: path, node.line) }
        return columns.compactMap { column in
            let path = "\(path).\(column.shownKey)"
            let items: [RawNode]
            switch column.value.content {
            case .list(let nodes): items = nodes
            case .scalar(let scalar): items = scalar.form == .null && scalar.text.isEmpty ? [] : [column.value]
            case .map, .refused:
                note("wants a list of values, not \(column.value.found)", at: path, column.line)
                return nil
            }
            guard !items.isEmpty else {
                note("names no value; write them (null is one), or leave the column out", at: path, column.line)
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

    /// An empty list of conditions, such as a template that rendered to nothing, would be for every row.
    private mutating func allowed(_ node: RawNode, at path: String) -> [Rule.Named<[RuleValue]>]? {
        if case .map(let entries) = node.content, entries.isEmpty {
            note("names no column; write one with its values, or leave the key out", at: path, node.line)
            return nil
        }
        return named(node, at: path)
    }

    private mutating func newest(_ node: RawNode, at path: String) -> NewestRule? {
        let wants = "a map with `count`, and with `per` where each group keeps as many"
        guard let entries = entries(node, at: path, wants: wants, keys: ["count", "per"]) else { return nil }
        guard let count = entries["count"] else {
            noteMissing(["count"], in: entries, at: path, node.line)
            return nil
        }
        guard let count = value(count, at: "\(path).count", .integer(1...10_000)) else { return nil }
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
        guard let table = entries["table"], let column = entries["column"] else {
            noteMissing(["table", "column"], in: entries, at: path, line)
            return nil
        }
        guard let table = self.table(table, at: "\(path).table"),
            let column = value(column, at: "\(path).column", .column)
        else { return nil }
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
        if let word = word(node) {
            note("\(ValueProblem.quoted(word)) is not a whole number; write one, or none", at: path, node.line)
            return nil
        }
        return value(node, at: path, .integer(1...1_000_000_000)).map { .rows($0) }
    }

    private mutating func presences(_ node: RawNode, at path: String) -> [Rule.Presence]? {
        let items: RawNode =
            if case .list = node.content { node } else { RawNode(content: .list([node]), line: node.line) }
        return list(items, at: path, wants: "a map with `table` and `column`") { reader, item, path in
            let wants = "a map with `table`, and with `column` where it goes by that"
            guard let entries = reader.entries(item, at: path, wants: wants, keys: ["table", "column"]) else {
                return nil
            }
            guard let node = entries["table"] else {
                reader.noteMissing(["table"], in: entries, at: path, item.line)
                return nil
            }
            guard let table = reader.table(node, at: "\(path).table") else { return nil }
            return Rule.Presence(table, column: entries["column"].flatMap { reader.value($0, at: path, .column) })
        }
    }
}
