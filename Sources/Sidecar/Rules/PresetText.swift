/// What is said of presets on the command line.
package enum PresetText {
    /// One line each.
    package static var list: String {
        let rows = PresetLibrary.all.map { preset in
            [
                preset.name, preset.application, preset.engines.joined(separator: ", "), preset.proof.rawValue,
                preset.verified.isEmpty ? "-" : preset.verified.joined(separator: ", "),
            ]
        }
        let table = [["PRESET", "APPLICATION", "ENGINES", "PROOF", "VERIFIED ON"]] + rows
        let widths = (0..<5).map { column in table.map { $0[column].count }.max() ?? 0 }
        return table.map { row in
            row.indices.dropLast().map { row[$0] + String(repeating: " ", count: widths[$0] - row[$0].count) }
                .joined(separator: "  ") + "  " + row[4]
        }.joined(separator: "\n")
    }

    package static func unknown(_ name: String) -> String {
        let meant = Misspelling.nearest(to: name, among: PresetLibrary.names)
        return "\(ValueProblem.quoted(name)) is no preset; "
            + (meant.map { "did you mean '\($0)'?" } ?? "known are: \(PresetLibrary.names.joined(separator: ", "))")
    }
}
