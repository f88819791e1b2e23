extension Setting {
    /// A setting that always has a value.
    static func value<Value>(
        _ path: String, _ property: WritableKeyPath<Configuration, Value> & Sendable, _ kind: ValueKind<Value>,
        _ reload: Reload,
        flag: SettingFlag? = nil, _ help: String
    ) -> Setting {
        Setting(
            path: path, shape: .scalar, wants: kind.wants, help: help, reload: reload, flag: flag, excludes: nil,
            knownKeys: [],
            read: { node, source, reading in
                guard let value = reading.scalar(node, at: path, of: kind, source) else { return }
                reading.configuration[keyPath: property] = value
                reading.took(path, from: source.origin(node.line))
            },
            entries: { [SettingEntry(path: path, key: nil, text: kind.text($0[keyPath: property]))] },
            copy: { $1[keyPath: property] = $0[keyPath: property] })
    }

    /// A setting that may be without a value.
    static func optional<Value>(
        _ path: String, _ property: WritableKeyPath<Configuration, Value?> & Sendable, _ kind: ValueKind<Value>,
        _ reload: Reload,
        flag: SettingFlag? = nil, excludes: String? = nil, _ help: String
    ) -> Setting {
        Setting(
            path: path, shape: .scalar, wants: kind.wants, help: help, reload: reload, flag: flag, excludes: excludes,
            knownKeys: [],
            read: { node, source, reading in
                guard let value = reading.scalar(node, at: path, of: kind, source) else { return }
                reading.configuration[keyPath: property] = value
                reading.took(path, from: source.origin(node.line), insteadOf: excludes)
            },
            entries: { configuration in
                configuration[keyPath: property].map { [SettingEntry(path: path, key: nil, text: kind.text($0))] } ?? []
            },
            copy: { $1[keyPath: property] = $0[keyPath: property] })
    }

    /// A list, which replaces the default as a whole.
    static func list<Value>(
        _ path: String, _ property: WritableKeyPath<Configuration, [Value]> & Sendable, _ kind: ValueKind<Value>,
        _ reload: Reload,
        flag: SettingFlag? = nil, wants: String, mayBeEmpty: Bool = false, _ help: String
    ) -> Setting {
        Setting(
            path: path, shape: .list, wants: wants, help: help, reload: reload, flag: flag, excludes: nil,
            knownKeys: [],
            read: { node, source, reading in
                guard let values = reading.list(node, at: path, of: kind, wants: wants, mayBeEmpty: mayBeEmpty, source)
                else { return }
                reading.configuration[keyPath: property] = values
                reading.took(path, from: source.origin(node.line))
            },
            entries: { configuration in
                let items = configuration[keyPath: property].map(kind.text).joined(separator: ", ")
                return [SettingEntry(path: path, key: nil, text: "[\(items)]")]
            },
            copy: { $1[keyPath: property] = $0[keyPath: property] })
    }

    /// A map with keys of the user's own, which is laid over the default key by key.
    static func map<Key, Value>(
        _ path: String, _ property: WritableKeyPath<Configuration, [Key: Value]> & Sendable, _ keys: KeyKind<Key>,
        _ kind: ValueKind<Value>, _ reload: Reload, wants: String, _ help: String
    ) -> Setting {
        Setting(
            path: path, shape: .map(key: keys.noun), wants: wants, help: help, reload: reload,
            flag: nil, excludes: nil, knownKeys: keys.known,
            read: { node, source, reading in
                for (key, value, line) in reading.map(node, at: path, keys: keys, of: kind, wants: wants, source) {
                    reading.configuration[keyPath: property][key] = value
                    reading.took("\(path).\(keys.text(key))", from: source.origin(line))
                }
            },
            entries: { configuration in
                configuration[keyPath: property].map { (keys.text($0), kind.text($1)) }.sorted { $0.0 < $1.0 }
                    .map { SettingEntry(path: "\(path).\($0)", key: $0, text: $1) }
            },
            copy: { $1[keyPath: property] = $0[keyPath: property] })
    }
}
