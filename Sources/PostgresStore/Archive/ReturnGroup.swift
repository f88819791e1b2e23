import Sweeping

/// Rows of one table that are put back together, or changed back.
struct ReturnGroup {
    let plan: ReturnPlan
    /// Their places in the batch.
    let rows: [Int]
    let isChange: Bool
    /// What is there now; nil where nothing is.
    var now: [Int: ReturnPlan.Found] = [:]
    /// Those that aren't as they were and may be put back.
    var going: [Int] = []

    /// What becomes of the rows, as far as looking tells.
    /// - Parameter answer: to the plan's question.
    mutating func judge(_ answer: PostgresRows, _ batch: [ArchivedRow]) -> [Int: PutBack] {
        var found: [[Value]: [ReturnPlan.Found]] = [:]
        let wanted = Set(rows.map { plan.name(of: batch[$0]) })
        for row in 0..<answer.count {
            let (name, state) = plan.found(answer, row)
            if wanted.contains(name) { found[name, default: []].append(state) }
        }
        var results: [Int: PutBack] = [:]
        for row in rows {
            let states = found[plan.name(of: batch[row])] ?? []
            if plan.isNumbered {
                // Of rows that are the same in all, so many are there.
                if Int64(states.count) >= batch[row].number ?? 1 { results[row] = .present } else { going.append(row) }
                continue
            }
            let old = batch[row].values
            now[row] = states.first
            switch (batch[row].fate, states.first?.values) {
            case (_, let values?) where values.isIdentical(to: old): results[row] = .present
            case (.deleted, nil): going.append(row)
            case (.deleted, _?): results[row] = .taken
            case (.changed, nil): results[row] = .gone
            case (.changed(let new), let values?):
                if values.isIdentical(to: new) { going.append(row) } else { results[row] = .changed }
            }
        }
        return results
    }
}

/// Foreign keys that lead nowhere yet.
struct MissingParents {
    /// A row that refers to another that isn't there.
    struct Reference {
        let row: Int
        let key: ForeignKeyShape
        let values: [Value]
    }

    /// Asks which rows refer to nothing.
    /// - Returns: nil where none refers to anything.
    static func question(_ rows: [Int], of batch: [ArchivedRow], by key: ForeignKeyShape, _ plan: ReturnPlan)
        -> (statement: Statement, rows: [Int], values: [[Value]])?
    {
        let columns = key.childColumns.compactMap(plan.table.shape.column)
        guard columns.count == key.childColumns.count else { return nil }
        return question(rows, of: batch, columns, key.parentColumns, of: key.parentSQL, areThere: false, plan)
    }

    /// Asks for which rows the columns of another table have, or don't have, what theirs have.
    /// - Returns: nil where all have NULL among it.
    static func question(
        _ rows: [Int], of batch: [ArchivedRow], _ columns: [ColumnShape], _ others: [String], of table: String,
        areThere: Bool, _ plan: ReturnPlan
    ) -> (statement: Statement, rows: [Int], values: [[Value]])? {
        let all = rows.map { row in (row, columns.map { plan[$0, restored(batch[row])] }) }
        let referring = all.filter { $0.1.allSatisfy { !$0.isNull } }
        guard !referring.isEmpty else { return nil }
        var statement = Statement()
        let lists = columns.indices.map { place in
            "\(statement.bind(referring.map { ExactText.argument($0.1[place]) }))::\(columns[place].type)[]"
        }
        let names = columns.indices.map { "k\($0)" }
        let link = zip(names, others).map { "p.\(quoted($1)) = g.\($0)" }.joined(separator: " AND ")
        statement.sql = """
            SELECT g.place FROM unnest(\(lists.joined(separator: ", "))) WITH ORDINALITY AS g (\(names.joined(separator: ", ")), place) \
            WHERE \(areThere ? "" : "NOT ")EXISTS (SELECT 1 FROM \(table) AS p WHERE \(link))
            """
        return (statement, referring.map(\.0), referring.map(\.1))
    }

    /// A row with the values that it is to have.
    static func restored(_ row: ArchivedRow) -> ArchivedRow {
        var row = row
        row.fate = .deleted
        return row
    }

    /// The rows that would refer to nothing even if all others were put back.
    /// - Parameter parents: by key, who comes back with the values that it leads to.
    static func orphans(_ missing: [Reference], _ parents: [String: [[Value]: [Int]]]) -> Set<Int> {
        // How many rows may still be what a reference leads to; and by row, which references lead to it.
        var left: [Int] = []
        var waiting: [Int: [Int]] = [:]
        for (number, reference) in missing.enumerated() {
            let others = parents[reference.key.title]?[reference.values] ?? []
            left.append(others.count)
            for row in others { waiting[row, default: []].append(number) }
        }
        var orphans: Set<Int> = []
        var next = missing.indices.filter { left[$0] == 0 }.map { missing[$0].row }
        while let row = next.popLast() {
            guard orphans.insert(row).inserted else { continue }
            for number in waiting[row] ?? [] {
                left[number] -= 1
                if left[number] == 0 { next.append(missing[number].row) }
            }
        }
        return orphans
    }
}

extension ForeignKeyShape {
    /// Tells it from all others.
    var title: String { "\(child) \(name)" }
}
