import Sweeping

extension RuleDraft {
    /// The rule as one line of YAML, which reads as the same rule again.
    var text: String {
        var parts: [(String, String)] = [("name", YAMLText.scalar(name))]
        func add(_ key: String, _ text: String?) { if let text { parts.append((key, text)) } }
        add("enabled", isEnabled.map { $0 ? "true" : "false" })
        add("table", table.map { YAMLText.scalar($0.description) })
        add("key", key.map(RuleDraft.list))
        add("time", time.map(RuleDraft.text))
        add("time_format", format.map(RuleDraft.text))
        add("time_zone", zone.map { ValueKind.timeZone.text($0) })
        add("keep", keep.map { RuleDraft.text($0.duration) })
        add("keep_less_than_an_hour", keepsShort.map { $0 ? "true" : "false" })
        add(
            "keep_by",
            keepBy.map { by in
                RuleDraft.map(
                    by.map { column in
                        (column.column, RuleDraft.map(column.content.map { ($0.value.shown, RuleDraft.text($0.keep)) }))
                    })
            })
        add("where", only.map(RuleDraft.text))
        add("where_not", except.map(RuleDraft.text))
        add(
            "keep_newest",
            newest.map { rule in
                RuleDraft.map(
                    [("count", "\(rule.count)")] + (rule.per.isEmpty ? [] : [("per", RuleDraft.list(rule.per))]))
            })
        add("unless_referenced", references.map(RuleDraft.text))
        add("dependents", dependents.map { RuleDraft.sequence($0.map(RuleDraft.text)) })
        add("max_rows", maxRows.map { $0.rows.map(String.init) ?? "none" })
        add("only_if", onlyIf.map(RuleDraft.text))
        add("not_if", notIf.map(RuleDraft.text))
        return RuleDraft.map(parts)
    }

    private static func map(_ entries: [(String, String)]) -> String {
        "{" + entries.map { "\(YAMLText.scalar($0)): \($1)" }.joined(separator: ", ") + "}"
    }

    private static func sequence(_ items: [String]) -> String { "[\(items.joined(separator: ", "))]" }
    private static func list(_ names: [String]) -> String { sequence(names.map(YAMLText.scalar)) }
    private static func text(_ keep: Duration?) -> String { keep?.prometheusText ?? "forever" }

    private static func text(_ time: Rule.Time) -> String {
        switch time {
        case .column(let column): YAMLText.scalar(column)
        case .byValue(let column, let choices):
            map([
                ("column", YAMLText.scalar(column)),
                ("times", map(choices.map { ($0.content.shown, YAMLText.scalar($0.column)) })),
            ])
        }
    }

    private static func text(_ format: Format) -> String {
        switch format.format {
        case nil: "auto"
        case .text: "text"
        case .unix(let unit): unit.rawValue
        }
    }

    private static func text(_ named: [Rule.Named<[RuleValue]>]) -> String {
        map(named.map { ($0.column, sequence($0.content.map(text))) })
    }

    private static func text(_ value: RuleValue) -> String {
        switch value {
        case .text(let text): YAMLText.scalar(text)
        case .null, .flag, .number: value.shown
        }
    }

    private static func text(_ references: [ColumnReference]) -> String {
        sequence(references.map { map(entries($0.table, $0.column)) })
    }

    private static func text(_ dependents: Dependents) -> String {
        map(
            entries(dependents.table, dependents.column)
                + (dependents.parentColumn.map { [("of", YAMLText.scalar($0))] } ?? [])
                + (dependents.isEnabled ? [] : [("enabled", "false")])
                + (dependents.unlessReferenced.isEmpty
                    ? [] : [("unless_referenced", text(dependents.unlessReferenced))]))
    }

    private static func text(_ presences: [Rule.Presence]) -> String {
        sequence(presences.map { map(entries($0.table, $0.column)) })
    }

    private static func entries(_ table: TableReference, _ column: String?) -> [(String, String)] {
        [("table", YAMLText.scalar(table.description))] + (column.map { [("column", YAMLText.scalar($0))] } ?? [])
    }
}
