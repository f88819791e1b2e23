/// Every setting there is, in the order in which `jobsweep config` shows them.
package enum SettingsCatalogue {
    package static let all: [Setting] =
        general + schedule + operations + rules + archive + limits + pacing + tables + logAndWeb

    /// The setting with this path; nil for anything else.
    package static func setting(at path: String) -> Setting? {
        byPath[path]
    }

    /// The keys that may stand below a section; the top level is the empty path.
    static func keys(below path: String) -> [String] {
        sections[path] ?? []
    }

    private static let byPath = Dictionary(uniqueKeysWithValues: all.map { ($0.path, $0) })

    private static let sections: [String: [String]] = {
        var sections: [String: [String]] = [:]
        for setting in all {
            var parent = ""
            for key in setting.path.split(separator: ".").map(String.init) {
                if sections[parent]?.contains(key) != true { sections[parent, default: []].append(key) }
                parent = parent.isEmpty ? key : "\(parent).\(key)"
            }
        }
        return sections
    }()
}
