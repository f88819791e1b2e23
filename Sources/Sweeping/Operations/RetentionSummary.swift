/// What a retention rule deletes and keeps, in words.
struct RetentionSummary {
    let rule: RetentionRule

    var text: String {
        var sentences = [goes]
        sentences += exceptions
        if let newest = rule.newest {
            let per = newest.per.isEmpty ? "" : " of each \(newest.per.joined(separator: ", "))"
            sentences.append("The \(newest.count) newest\(per) stay whatever their age.")
        }
        if !rule.references.isEmpty {
            sentences.append(
                "Those that \(list(rule.references.map { "\($0.table).\($0.column)" }, "or")) names stay.")
        }
        if !rule.dependents.isEmpty {
            sentences.append(
                "What belongs to them in \(list(rule.dependents.map(\.table.description), "and")) goes first.")
        }
        if let most = rule.maxRows { sentences.append("A run takes \(most) at the most.") }
        return sentences.joined(separator: " ")
    }

    private var goes: String {
        let rows = rule.rows([:])
        let name = (rows.first?.uppercased() ?? "") + rows.dropFirst()
        let conditions = rule.isOfConfiguration ? rule.condition.conjuncts.compactMap(words) : []
        let which = conditions.isEmpty ? "" : " with \(conditions.joined(separator: " and "))"
        guard let keep = rule.retention.keep else { return "\(name)\(which) are kept for ever." }
        return "\(name)\(which) are kept for \(keep.spelledOut) after \(list(rule.time.columns, "or")), then deleted."
    }

    private var exceptions: [String] {
        rule.retention.exceptions.map { exception in
            let times = exception.keep.map { ($0.key.displayText, $0.value?.spelledOut ?? "ever") }
                .sorted { $0 < $1 }
                .reduce(into: [(String, String)]()) { known, next in
                    // One value may be there in several forms.
                    if !known.contains(where: { $0 == next }) { known.append(next) }
                }
            return "By \(exception.column): \(times.map { "\($0) for \($1)" }.joined(separator: ", "))."
        }
    }

    private func words(_ condition: Condition) -> String? {
        switch condition {
        case .isIn(let column, let values): "\(column) \(list(shown(values), "or"))"
        case .isNotIn(let column, let values): "\(column) other than \(list(shown(values), "or"))"
        case .all, .isInFolded, .isOver, .noRow, .someRow: nil
        }
    }

    /// Each once: a value may be there in several forms.
    private func shown(_ values: [Value]) -> [String] {
        values.map { value in
            switch value {
            case .null: "NULL"
            case .real(let number): Int64(exactly: number).map(String.init) ?? value.displayText
            case .integer, .text, .blob: value.displayText
            }
        }.reduce(into: []) { known, text in if !known.contains(text) { known.append(text) } }
    }

    private func list(_ words: [String], _ last: String) -> String {
        words.count < 2
            ? words.joined() : "\(words.dropLast().joined(separator: ", ")) \(last) \(words[words.count - 1])"
    }
}
