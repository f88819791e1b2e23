import Sweeping

/// Reads a preset's file, which is written in the language of the configuration.
struct PresetReader {
    private var reader: RuleReader

    static let keys = [
        "preset", "application", "about", "engines", "proof", "verified", "recognize", "operations", "rules",
    ]

    private init(_ name: String) {
        reader = RuleReader(root: "\(name).rules")
    }

    /// - Parameter name: the file's, without its ending.
    /// - Throws: `ConfigurationError`: a preset is part of the program, so only its own tests ever see it.
    static func read(_ text: String, name: String) throws(ConfigurationError) -> Preset {
        var reader = PresetReader(name)
        let preset = reader.preset(try root(text, name), text: text)
        return try reader.checked(preset, name)
    }

    static func readRefused(_ text: String, name: String) throws(ConfigurationError) -> [RefusedApplication] {
        var reader = PresetReader(name)
        let refused = reader.refused(try root(text, name))
        return try reader.checked(refused, name)
    }

    private static func root(_ text: String, _ name: String) throws(ConfigurationError) -> RawNode {
        do throws(YAMLProblem) {
            let document = try YAMLDocument(parsing: text)
            return document.root ?? RawNode(content: .refused, line: nil)
        } catch {
            throw failure(name, [.init(path: "", message: error.message, line: error.line)])
        }
    }

    private static func failure(_ name: String, _ problems: [RuleReader.Problem]) -> ConfigurationError {
        ConfigurationError(
            problems: problems.map {
                ConfigurationProblem(
                    path: $0.path, message: $0.message, origin: .file(path: "preset \(name)", line: $0.line))
            })
    }

    private func checked<Result>(_ result: Result?, _ name: String) throws(ConfigurationError) -> Result {
        guard reader.problems.isEmpty, let result else { throw PresetReader.failure(name, reader.problems) }
        return result
    }

    private mutating func preset(_ root: RawNode, text: String) -> Preset? {
        guard let entries = reader.entries(root, at: "", wants: "a map", keys: PresetReader.keys),
            let name = entries["preset"].flatMap({ reader.text($0, at: "preset") }),
            let application = entries["application"].flatMap({ reader.text($0, at: "application") }),
            let about = entries["about"].flatMap({ reader.text($0, at: "about") }),
            let proof = entries["proof"].flatMap({ reader.value($0, at: "proof", ValueKind<Preset.Proof>.word) }),
            let recognize = entries["recognize"].flatMap({
                reader.entries($0, at: "recognize", wants: "a map", keys: ["any", "tables", "version"])
            }),
            let tables = recognize["tables"]
        else {
            reader.note("wants preset, application, about, proof and recognize.tables", at: "", root.line)
            return nil
        }
        return Preset(
            name: name, application: application, about: about, engines: words(entries["engines"], at: "engines"),
            proof: proof, verified: words(entries["verified"], at: "verified"),
            marks: marks(tables, at: "recognize.tables"),
            isAnyMarkEnough: recognize["any"].flatMap { reader.value($0, at: "recognize.any", .boolean) } ?? false,
            version: recognize["version"].flatMap { version($0) },
            operations: words(entries["operations"], at: "operations").map { OperationName(rawValue: $0) },
            drafts: entries["rules"].map { reader.read($0) } ?? [], text: text)
    }

    private mutating func refused(_ root: RawNode) -> [RefusedApplication] {
        guard case .list(let items) = root.content else {
            reader.note("wants a list", at: "", root.line)
            return []
        }
        return items.compactMap { item in
            guard
                let entries = reader.entries(
                    item, at: "", wants: "a map", keys: ["application", "recognize", "reason"]),
                let name = entries["application"].flatMap({ reader.text($0, at: "application") }),
                let reason = entries["reason"].flatMap({ reader.text($0, at: "reason") }),
                let tables = entries["recognize"]
            else {
                reader.note("wants application, recognize and reason", at: "", item.line)
                return nil
            }
            return RefusedApplication(name: name, marks: marks(tables, at: "recognize"), reason: reason)
        }
    }

    private mutating func words(_ node: RawNode?, at path: String) -> [String] {
        guard let node else { return [] }
        guard case .list(let items) = node.content else {
            reader.note("wants a list", at: path, node.line)
            return []
        }
        return items.compactMap { reader.text($0, at: path) }
    }

    private mutating func marks(_ node: RawNode, at path: String) -> [Preset.TableMark] {
        (reader.map(node, at: path, wants: "a map of tables to lists of columns") ?? []).map { entry in
            Preset.TableMark(
                table: TableReference(parsing: entry.key), columns: words(entry.value, at: "\(path).\(entry.key)"))
        }
    }

    private mutating func version(_ node: RawNode) -> Preset.VersionMark? {
        let path = "recognize.version"
        guard
            let entries = reader.entries(
                node, at: path, wants: "a map", keys: ["table", "column", "order", "where", "known"]),
            let table = entries["table"].flatMap({ reader.text($0, at: path) }),
            let column = entries["column"].flatMap({ reader.text($0, at: path) })
        else {
            reader.note("wants `table` and `column`", at: path, node.line)
            return nil
        }
        return Preset.VersionMark(
            table: TableReference(parsing: table), column: column,
            order: entries["order"].flatMap { reader.text($0, at: path) }, only: pairs(entries["where"], at: path),
            known: pairs(entries["known"], at: path))
    }

    private mutating func pairs(_ node: RawNode?, at path: String) -> [String: String] {
        guard let node else { return [:] }
        var pairs: [String: String] = [:]
        for entry in reader.map(node, at: path, wants: "a map") ?? [] {
            pairs[entry.key] = reader.text(entry.value, at: path)
        }
        return pairs
    }
}
