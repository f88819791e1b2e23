/// What an operation relies on in the database, remembered so that a change shows by which it would do something else.
package struct OperationShape: Sendable, Equatable, Codable {
    /// Declared types, by `table.column`.
    package var columns: [String: String] = [:]
    /// How the columns of times hold them, where that could be told.
    package var times: [String: String] = [:]
    /// Foreign keys by which rows of other tables go with its own.
    package var cascades: [String] = []
    /// Those by which rows of other tables are changed when its own go; nil where nobody has looked.
    package var changes: [String]?
    /// Triggers on its table, and what each does; nil where nobody has looked.
    package var triggers: [String: String]?
    /// The same of the tables whose rows go with its own, at any depth; nil where nobody has looked.
    package var further: Further?

    package struct Further: Sendable, Equatable, Codable {
        /// From where: the operation's table, and those whose rows it deletes first.
        package var roots: [String]
        package var cascades: [String] = []
        package var triggers: [String: String] = [:]
    }

    package init() {}

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        columns = (try? container.decode([String: String].self, forKey: .columns)) ?? [:]
        times = (try? container.decode([String: String].self, forKey: .times)) ?? [:]
        cascades = (try? container.decode([String].self, forKey: .cascades)) ?? []
        changes = try? container.decode([String].self, forKey: .changes)
        triggers = try? container.decode([String: String].self, forKey: .triggers)
        further = try? container.decode(Further.self, forKey: .further)
    }

    /// Changes since `old` by which the operation would do something else, in words.
    package func dangers(since old: OperationShape) -> [String] {
        var dangers = cascades.filter { !old.cascades.contains($0) }.map { "rows of \($0) would now go with its own" }
        if let triggers, let before = old.triggers { dangers += OperationShape.dangers(triggers, since: before) }
        // Where it begins elsewhere by now, the configuration says so.
        if let further, let before = old.further, further.roots == before.roots {
            dangers += further.cascades.filter { !before.cascades.contains($0) }
                .map { "rows of \($0) would now go along" }
            dangers += OperationShape.dangers(further.triggers, since: before.triggers)
        }
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

    /// The other changes since `old`, in words.
    package func harmless(since old: OperationShape) -> [String] {
        old.cascades.filter { !cascades.contains($0) }.map { "rows of \($0) don't go with its own any more" }
            + (old.triggers ?? [:]).keys.sorted().filter { triggers?[$0] == nil }.map { "\($0) is gone" }
            + (old.changes.flatMap { before in changes?.filter { !before.contains($0) } } ?? []).map {
                "\($0) gets another value when its rows go"
            }
    }

    private static func dangers(_ triggers: [String: String], since old: [String: String]) -> [String] {
        triggers.sorted { $0.key < $1.key }.compactMap { label, definition in
            guard let before = old[label] else { return "\(label) is new" }
            return before.isSame(as: definition) ? nil : "\(label) does something else now"
        }
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
            shape.triggers = definitions(facts.triggers) { $0 }
            guard operation.deletes else { continue }
            shape.cascades = facts.references.filter { $0.fate == .goes }.map(\.place).sorted()
            shape.changes = facts.references.filter { $0.fate == .changes }.map(\.place).sorted()
        }
        if operation.deletes {
            shape.further = try await further(
                from: [selection.table] + operation.dependents.map(\.table), of: selection.table, in: session)
        }
        for column in selection.columns where column.isTime && column.reading.format == nil {
            let times = try await session.times(in: column, of: selection.table)
            shape.times["\(selection.table).\(column.name)"] = times.map { $0.format.words }
        }
        return shape
    }

    private static func further(
        from roots: [TableReference], of own: TableReference, in session: some MaintenanceSession
    ) async throws -> Further {
        var further = Further(roots: roots.map(\.description))
        var tables = roots
        var next = 0
        while next < tables.count {
            let table = tables[next]
            next += 1
            guard let facts = try await session.facts(of: table) else { continue }
            for reference in facts.references where reference.fate == .goes {
                if table != own { further.cascades.append(reference.place) }
                if !tables.contains(reference.table) { tables.append(reference.table) }
            }
            guard table != own else { continue }
            further.triggers.merge(definitions(facts.triggers) { "\($0) of \(table)" }) { $1 }
        }
        further.cascades.sort()
        return further
    }

    private static func definitions(_ triggers: [TableFacts.Trigger], name: (String) -> String) -> [String: String] {
        Dictionary(triggers.map { (name($0.label), $0.definition) }) { $1 }
    }
}

extension TableFacts.Reference {
    fileprivate var place: String { "\(table).\(column)" }
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
