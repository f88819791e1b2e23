/// The settings' documentation, which follows from the catalogue.
package enum SettingsReference {
    /// A table in Markdown with a row a setting.
    package static func markdown() -> String {
        var lines = [
            "| setting | environment variable | default | takes effect | meaning |",
            "|---|---|---|---|---|",
        ]
        let defaults = Configuration()
        for setting in SettingsCatalogue.all {
            var path = setting.path
            var variable = setting.isFileOnly ? "" : setting.variable
            if case .map(let key) = setting.shape {
                let name = key.replacing(" ", with: "_")
                path += ".<\(name)>"
                variable += "_<\(name.uppercased())>"
            }
            let flag = setting.flag.map { ", flag `\($0.text)`" } ?? ""
            let effect = setting.reload == .live ? "with a reload" : "with a restart"
            lines.append(
                "| `\(path)` | \(variable.isEmpty ? "" : "`\(variable)`")\(flag) | \(defaultText(setting, defaults)) | \(effect) | "
                    + "\(setting.help) Wants \(setting.wants). |")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func defaultText(_ setting: Setting, _ defaults: Configuration) -> String {
        let entries = setting.entries(defaults)
        let values = entries.map { entry in entry.key.map { "\($0): \(entry.text)" } ?? entry.text }
        return values.joined(separator: ", ") == "\"\"" || values.isEmpty ? "" : "`\(values.joined(separator: ", "))`"
    }
}
