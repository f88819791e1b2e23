import Sweeping

/// Which application a database belongs to, as far as its tables tell.
package struct Recognition: Sendable {
    /// An application that was recognized, and the version that its own tables name.
    package struct Match: Sendable {
        package var preset: Preset
        /// The newest entry of the table in which the application writes that; nil where there is none.
        package var entry: String?

        /// The version of the application that belongs to the entry; nil for one that wasn't verified.
        package var version: String? { entry.flatMap { preset.version?.known[$0] } }

        /// Whether the preset was verified on this very version.
        package var finding: Finding {
            let subject = "preset"
            let name = "\(preset.name): \(preset.application)"
            guard let mark = preset.version else { return Finding(.ok, subject, name) }
            guard let entry else {
                return Finding(
                    .advice, subject, "\(name), but \(mark.table).\(mark.column) doesn't say of which version")
            }
            let place = "\(mark.table) says \(entry)"
            if let version { return Finding(.ok, subject, "\(name) \(version), which was verified (\(place))") }
            let known = preset.verified.isEmpty ? "no version" : preset.verified.joined(separator: ", ")
            return Finding(
                .advice, subject,
                "\(name) of a version that wasn't verified (\(place); verified: \(known)): its rules work as far as every"
                    + " column that they use is there and of its kind; look at a preview before the first run")
        }
    }

    package var matches: [Match] = []
    package var refused: [RefusedApplication] = []

    package init() {}

    /// Looks at the database behind a session.
    package static func look(in session: some MaintenanceSession) async throws -> Recognition {
        var recognition = Recognition()
        let memory = FactsMemory(session)
        for preset in PresetLibrary.all where try await memory.matches(preset.marks, any: preset.isAnyMarkEnough) {
            recognition.matches.append(
                Match(preset: preset, entry: try await entry(preset.version, in: session, memory)))
        }
        for application in PresetLibrary.refused where try await memory.matches(application.marks, any: false) {
            recognition.refused.append(application)
        }
        return recognition
    }

    /// What is said of a preset that a configuration names.
    package static func finding(on preset: Preset, in session: some MaintenanceSession) async throws -> Finding {
        let memory = FactsMemory(session)
        guard try await memory.matches(preset.marks, any: preset.isAnyMarkEnough) else {
            let tables = preset.marks.map(\.table.description).joined(separator: ", ")
            return Finding(
                .advice, "preset",
                "\(preset.name): the database doesn't look like one of \(preset.application), which has"
                    + " \(tables): name its own preset, or `none`")
        }
        return Match(preset: preset, entry: try await entry(preset.version, in: session, memory)).finding
    }

    private static func entry<Session: MaintenanceSession>(
        _ mark: Preset.VersionMark?, in session: Session, _ memory: FactsMemory<Session>
    ) async throws -> String? {
        guard let mark, let facts = try await memory.facts(of: mark.table), facts.has(mark.column) else { return nil }
        let names = [mark.column] + (mark.order.map { [$0] } ?? []) + mark.only.keys.sorted()
        guard names.allSatisfy(facts.has) else { return nil }
        let key = facts.primaryKey.isEmpty ? [mark.column] : facts.primaryKey
        let selection = Selection(
            label: "the application's version", table: mark.table, key: key, columns: names.map { ReadColumn($0) },
            condition: .all([]))
        var newest: (order: Value, entry: Value)?
        var cursor: Session.Cursor?
        repeat {
            let page = try await session.page(selection, after: cursor, limit: 1_000)
            for (_, row) in page.rows where mark.only.allSatisfy({ row[$0.key].displayText.isSame(as: $0.value) }) {
                let order = row[mark.order ?? mark.column]
                if newest.map({ $0.order.isBefore(order) }) ?? true { newest = (order, row[mark.column]) }
            }
            cursor = page.next
        } while cursor != nil
        return newest?.entry.displayText
    }
}

/// The facts of tables, each asked for once.
private final class FactsMemory<Session: MaintenanceSession> {
    private let session: Session
    private var known: [TableReference: TableFacts?] = [:]

    init(_ session: Session) {
        self.session = session
    }

    func facts(of table: TableReference) async throws -> TableFacts? {
        if let known = known[table] { return known }
        let facts = try await session.facts(of: table)
        known[table] = facts
        return facts
    }

    func matches(_ marks: [Preset.TableMark], any: Bool) async throws -> Bool {
        var count = 0
        for mark in marks {
            guard let facts = try await facts(of: mark.table), mark.columns.allSatisfy(facts.has) else { continue }
            count += 1
        }
        return any ? count > 0 : count == marks.count && count > 0
    }
}
