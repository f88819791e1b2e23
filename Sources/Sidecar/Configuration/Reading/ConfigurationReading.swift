/// A configuration under way: what was read so far, and what was wrong with it.
struct ConfigurationReading: Sendable {
    var configuration = Configuration()
    private(set) var problems: [ConfigurationProblem] = []
    /// Every job type that some source names, for a look at their spelling once all sources are read.
    private(set) var jobTypes: [(name: String, path: String, origin: ConfigurationOrigin)] = []
    let context: ReadingContext
    /// What the source at hand has set so far.
    private var given: [String: ConfigurationOrigin] = [:]

    init(context: ReadingContext) {
        self.context = context
    }

    /// Begins a source, which takes precedence over those before it.
    mutating func beginSource() {
        given = [:]
    }

    mutating func note(_ message: String, at path: String?, _ origin: ConfigurationOrigin) {
        problems.append(ConfigurationProblem(path: path, message: message, origin: origin))
    }

    mutating func noteJobType(_ name: String, at path: String, _ origin: ConfigurationOrigin) {
        jobTypes.append((name, path, origin))
    }

    /// Writes down where a value came from.
    /// - Parameter other: a setting that this one takes the place of, and can't stand beside in one source.
    mutating func took(_ path: String, from origin: ConfigurationOrigin, insteadOf other: String? = nil) {
        given[path] = origin
        configuration.origins[path] = origin
        guard let other else { return }
        if let beside = given[other] {
            note("excludes \(other), which \(Self.place(of: beside)) sets; give one of the two", at: path, origin)
        }
        configuration.origins[other] = nil
    }

    private static func place(of origin: ConfigurationOrigin) -> String {
        if case .file(_, let line?) = origin { "line \(line)" } else { "\(origin)" }
    }
}

/// Values by their shape.
extension ConfigurationReading {
    /// The value of a setting that wants one; nil with a problem noted.
    mutating func scalar<Value>(
        _ node: RawNode, at path: String, of kind: ValueKind<Value>, _ source: Source
    ) -> Value? {
        if case .refused = node.content { return nil }
        guard case .scalar(let scalar) = node.content else {
            note("wants \(kind.wants), not \(node.found)", at: path, source.origin(node.line))
            return nil
        }
        guard !noteMissing(node, scalar, at: path, source) else { return nil }
        do throws(ValueProblem) {
            return try kind.read(scalar, context)
        } catch {
            note(error.description, at: path, source.origin(node.line))
            return nil
        }
    }

    /// The values of a setting that wants a list; nil with problems noted. A scalar is a list with commas, as in the environment.
    mutating func list<Value>(
        _ node: RawNode, at path: String, of kind: ValueKind<Value>, wants: String, mayBeEmpty: Bool, _ source: Source
    ) -> [Value]? {
        let items: [RawNode]
        switch node.content {
        case .refused: return nil
        case .list(let nodes): items = nodes
        case .map:
            note("wants \(wants), not a map", at: path, source.origin(node.line))
            return nil
        case .scalar(let scalar):
            guard !noteMissing(node, scalar, at: path, source) else { return nil }
            items = scalar.text.split(separator: ",", omittingEmptySubsequences: false).map { item in
                RawNode(content: .scalar(RawScalar(text: item.trimmed, form: scalar.form)), line: node.line)
            }
        }
        guard mayBeEmpty || !items.isEmpty else {
            note("is empty; write \(wants), or leave the key out", at: path, source.origin(node.line))
            return nil
        }
        let before = problems.count
        var values: [Value] = []
        for item in items {
            guard let value = scalar(item, at: path, of: kind, source) else { continue }
            if values.contains(value) {
                note("\(kind.text(value)) is there twice", at: path, source.origin(item.line))
            }
            values.append(value)
        }
        return problems.count == before && values.count == items.count ? values : nil
    }

    /// What is good in a map with keys of the user's own.
    mutating func map<Key, Value>(
        _ node: RawNode, at path: String, keys: KeyKind<Key>, of kind: ValueKind<Value>, wants: String, _ source: Source
    ) -> [(key: Key, value: Value, line: Int?)] {
        if case .refused = node.content { return [] }
        guard case .map(let entries) = node.content else {
            if case .scalar(let scalar) = node.content, noteMissing(node, scalar, at: path, source) { return [] }
            note("wants \(wants), not \(node.found)", at: path, source.origin(node.line))
            return []
        }
        var taken: [(key: Key, value: Value, line: Int?)] = []
        for entry in entries {
            let entryPath = "\(path).\(entry.shownKey)"
            let key: Key
            do throws(ValueProblem) {
                key = try keys.read(entry.key)
            } catch {
                note(error.description, at: entryPath, source.origin(entry.line))
                continue
            }
            if let first = entry.firstLine ?? taken.first(where: { $0.key == key })?.line {
                note("is there twice; the first is on line \(first)", at: entryPath, source.origin(entry.line))
                continue
            }
            if keys.isJobType { noteJobType(keys.text(key), at: entryPath, source.origin(entry.line)) }
            if let value = scalar(entry.value, at: entryPath, of: kind, source) {
                taken.append((key, value, entry.line))
            }
        }
        return taken
    }

    /// Whether nothing stands where a value should, which is then a problem: nobody knows what was meant.
    private mutating func noteMissing(_ node: RawNode, _ scalar: RawScalar, at path: String, _ source: Source) -> Bool {
        switch scalar.form {
        case .null:
            note("has no value; give one or leave the key out", at: path, source.origin(node.line))
        case .untyped where scalar.text.isEmpty:
            note("'' is no value; give one or leave it out", at: path, source.origin(node.line))
        default: return false
        }
        return true
    }
}

extension Substring {
    fileprivate var trimmed: String {
        let start = drop(while: \.isWhitespace)
        return String(
            start.prefix(
                start.lastIndex { !$0.isWhitespace }.map { start.distance(from: start.startIndex, to: $0) + 1 } ?? 0))
    }
}
