extension Configuration {
    /// The configuration in force as `jobsweep config` prints it: YAML that is itself a good configuration file, with a comment behind
    /// each value that says where it came from.
    package func describe() -> [String] {
        var lines: [String] = []
        var section: [Substring] = []
        for setting in SettingsCatalogue.all {
            let keys = setting.path.split(separator: ".")
            let entries = setting.entries(self)
            guard !entries.isEmpty || setting.excludes == nil else { continue }
            let parents = keys.dropLast()
            let shared = zip(section, parents).prefix { $0 == $1 }.count
            for depth in shared..<parents.count {
                lines.append(Self.indentation(depth) + "\(parents[depth]):")
            }
            section = Array(parents)
            lines += Self.lines(
                of: setting, key: keys[keys.count - 1], entries, indentation: Self.indentation(parents.count), self)
        }
        return lines
    }

    private static func lines(
        of setting: Setting, key: Substring, _ entries: [SettingEntry], indentation: String,
        _ configuration: Configuration
    ) -> [String] {
        func comment(_ path: String) -> String {
            // A file's name may have anything in it; a comment ends with its line.
            "  # " + String(configuration.origin(of: path).description.map { $0.isNewline ? "?" : $0 })
        }
        if setting.isMap {
            guard !entries.isEmpty else { return ["\(indentation)\(key): {}\(comment(setting.path))"] }
            return ["\(indentation)\(key):"]
                + entries.map { "\(indentation)  \(YAMLText.scalar($0.key ?? "")): \($0.text)\(comment($0.path))" }
        }
        guard let entry = entries.first else { return ["\(indentation)# \(key) is not set"] }
        return ["\(indentation)\(key): \(entry.text)\(comment(setting.path))"]
    }

    private static func indentation(_ depth: Int) -> String {
        String(repeating: "  ", count: depth)
    }
}
