import Sweeping

/// The rules, which are a list of maps: no flag and no variable can say them.
extension SettingsCatalogue {
    static let rules: [Setting] = [
        Setting(
            path: "rules", shape: .list, wants: "a list of rules, as docs/rules.md has them",
            help: "Rules that keep other tables short, or change those of the presets, by their names.", reload: .live,
            flag: nil, excludes: nil, knownKeys: [],
            read: { node, source, reading in
                var reader = RuleReader()
                let drafts = reader.read(node)
                for problem in reader.problems {
                    reading.note(problem.message, at: problem.path, source.origin(problem.line ?? node.line))
                }
                reading.configuration.rules = drafts
                reading.took("rules", from: source.origin(node.line))
            },
            entries: { configuration in
                let rules = configuration.rules.map(\.text).joined(separator: ", ")
                return [SettingEntry(path: "rules", key: nil, text: "[\(rules)]")]
            },
            copy: { $1.rules = $0.rules }, isFileOnly: true)
    ]
}

extension ValueKind where Value == String {
    /// The name of a preset, or `none`.
    static let preset = ValueKind(wants: "the name of a preset") { scalar, _ throws(ValueProblem) in
        let known = PresetLibrary.names + [PresetLibrary.none]
        guard known.contains(scalar.text) else {
            let meant = Misspelling.nearest(to: scalar.text, among: known)
            throw ValueProblem(
                "\(ValueProblem.quoted(scalar.text)) is no preset; "
                    + (meant.map { "did you mean '\($0)'?" } ?? "known here: \(known.joined(separator: ", "))"))
        }
        return scalar.text
    } text: {
        YAMLText.scalar($0)
    }
}
