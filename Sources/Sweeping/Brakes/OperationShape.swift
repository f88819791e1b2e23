/// What an operation relies on in the database, remembered so that a change shows by which it would do something else.
package struct OperationShape: Sendable, Equatable, Codable {
    /// Declared types, by `table.column`.
    package var columns: [String: String] = [:]
    /// How the columns of times hold them, where that could be told.
    package var times: [String: String] = [:]
    /// Foreign keys by which rows of other tables go with its own.
    package var cascades: [String] = []
    /// Triggers on its table.
    package var triggers: [String] = []

    package init() {}

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        columns = (try? container.decode([String: String].self, forKey: .columns)) ?? [:]
        times = (try? container.decode([String: String].self, forKey: .times)) ?? [:]
        cascades = (try? container.decode([String].self, forKey: .cascades)) ?? []
        triggers = (try? container.decode([String].self, forKey: .triggers)) ?? []
    }

    /// Changes since `old` by which the operation would do something else, in words.
    package func dangers(since old: OperationShape) -> [String] {
        var dangers = cascades.filter { !old.cascades.contains($0) }.map { "rows of \($0) would now go with its own" }
        dangers += triggers.filter { !old.triggers.contains($0) }.map { "trigger \($0) is new" }
        dangers += columns.sorted { $0.key < $1.key }.compactMap { name, type in
            guard let before = old.columns[name], !before.folded.isSame(as: type.folded) else { return nil }
            return "\(name) was of type \(before) and is of type \(type)"
        }
        dangers += times.sorted { $0.key < $1.key }.compactMap { name, format in
            guard let before = old.times[name], !before.isSame(as: format) else { return nil }
            return "\(name) held times as \(before) and holds them as \(format)"
        }
        return dangers
    }
}

extension OperationShape {
    /// Looks at what a settled operation relies on.
    static func of(_ operation: any SweepOperation, at now: Timestamp, in session: some MaintenanceSession) async throws
        -> OperationShape
    {
        var shape = OperationShape()
        let selection = operation.selection(at: now)
        for need in operation.needs {
            guard let facts = try await session.facts(of: need.table) else { continue }
            for column in need.columns {
                let found = facts.columns.first { $0.name.folded.isSame(as: column.folded) }
                shape.columns["\(need.table).\(column)"] = found?.declaredType
            }
            guard need.table == selection.table else { continue }
            shape.triggers = facts.triggers.sorted()
            guard operation.deletes else { continue }
            shape.cascades = facts.references.filter(\.cascades).map { "\($0.table).\($0.column)" }.sorted()
        }
        for column in selection.columns where column.isTime && column.reading.format == nil {
            let times = try await session.times(in: column, of: selection.table)
            shape.times["\(selection.table).\(column.name)"] = times.map { $0.format.words }
        }
        return shape
    }
}

extension TimeFormat {
    /// For a person.
    package var words: String {
        switch self {
        case .text: "text"
        case .unix(.seconds): "Unix seconds"
        case .unix(.milliseconds): "Unix milliseconds"
        case .unix(.microseconds): "Unix microseconds"
        }
    }
}
