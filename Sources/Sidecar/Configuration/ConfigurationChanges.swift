/// A setting that a reload found changed.
package struct ConfigurationChange: Sendable, Equatable {
    /// Its path, with the key where it is an entry of a map.
    package let path: String
    /// The values as `jobsweep config` shows them; nil for one that wasn't or isn't there.
    package let old: String?
    package let new: String?
    /// Whether it takes effect only when the process starts anew.
    package let needsRestart: Bool
}

extension ConfigurationChange: CustomStringConvertible {
    /// `operations.old_jobs.keep: 30d -> 45d`
    package var description: String {
        "\(path): \(old ?? "not set") -> \(new ?? "not set")"
    }
}

extension Configuration {
    /// What is different from an earlier configuration, in the catalogue's order.
    package func changes(from old: Configuration) -> [ConfigurationChange] {
        SettingsCatalogue.all.flatMap { setting in
            let before = setting.entries(old)
            let after = setting.entries(self)
            let added = after.map(\.path).filter { path in !before.contains { $0.path == path } }
            return (before.map(\.path) + added).sorted().compactMap { path -> ConfigurationChange? in
                let old = before.first { $0.path == path }?.text
                let new = after.first { $0.path == path }?.text
                // Two texts that look the same may name two files or columns.
                guard !Bytes.areSame(old, new) else { return nil }
                return ConfigurationChange(path: path, old: old, new: new, needsRestart: setting.reload == .restart)
            }
        }
    }

    /// The configuration that is in force once a process that runs has taken over `new`: what needs a restart stays as it was.
    package func reloaded(with new: Configuration) -> Configuration {
        var result = self
        result.file = new.file
        result.fileKeys = new.fileKeys
        result.fileSections = new.fileSections
        result.schedule = new.schedule
        result.ruleSet = new.ruleSet
        for setting in SettingsCatalogue.all where setting.reload == .live {
            setting.copy(new, &result)
            let isOwn = { (path: String) in path == setting.path || path.hasPrefix(setting.path + ".") }
            result.origins = result.origins.filter { !isOwn($0.key) }
            result.origins.merge(new.origins.filter { isOwn($0.key) }) { $1 }
        }
        return result
    }
}
