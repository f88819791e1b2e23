/// One setting, declared once: reading it from every source, showing it, comparing it and documenting it all follow from here.
package struct Setting: Sendable {
    /// Its keys from the top, joined by dots: `operations.old_jobs.keep`.
    package let path: String
    package let shape: Shape
    /// What its value is: `a duration such as 30d`.
    package let wants: String
    /// What it does, as a sentence.
    package let help: String
    package let reload: Reload
    /// The flag that sets it; nil for most.
    package let flag: SettingFlag?
    /// The setting that it takes the place of, and can't stand beside.
    package let excludes: String?
    /// Keys that are good in its map, for suggestions.
    let knownKeys: [String]
    let read: @Sendable (RawNode, Source, inout ConfigurationReading) -> Void
    /// The value as YAML: nothing when it isn't set, an entry a key for a map.
    let entries: @Sendable (Configuration) -> [SettingEntry]
    let copy: @Sendable (_ from: Configuration, _ into: inout Configuration) -> Void

    /// Whether nothing but a file can say it.
    var isFileOnly = false

    package enum Shape: Sendable, Equatable {
        case scalar
        /// A list; a single value may stand for a list of one.
        case list
        /// Keys of the user's own, such as job types; the string says what they are.
        case map(key: String)
    }

    /// Whether a change takes effect in a process that runs.
    package enum Reload: Sendable, Equatable {
        /// With the next run or at once.
        case live
        /// Only with a restart.
        case restart
    }

    /// The environment variable that sets it; for a map, what comes before the key.
    package var variable: String {
        Setting.variable(path)
    }

    static func variable(_ path: String) -> String {
        "JOBSWEEP_" + path.replacing(".", with: "_").uppercased()
    }
}

/// A value as `jobsweep config` shows it.
struct SettingEntry: Sendable, Equatable {
    /// The setting's path, and in a map the key's.
    let path: String
    /// The key in a map; nil elsewhere.
    let key: String?
    /// The value as YAML.
    let text: String
}
