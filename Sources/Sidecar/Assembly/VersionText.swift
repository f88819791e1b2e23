import HTTPServer
import SQLiteStore

/// What `jobsweep version` prints.
package enum VersionText {
    /// A fact a line, the version first, as `--version` has it.
    package static var lines: String {
        let rest = facts.map { name, value in "\(name): \(value ?? "unknown \(name)")" }
        return (["jobsweep \(Version.whole)"] + rest).joined(separator: "\n")
    }

    package static var json: String {
        var fields = ["version": JSONValue.string(Version.number)]
        for (name, value) in facts { fields[name] = .optional(value) }
        return JSONValue.object(fields).text
    }

    private static var facts: [(name: String, value: String?)] {
        [
            ("commit", Version.commit), ("date", Version.date?.rfc3339), ("swift", Version.swift),
            ("sqlite", StoreVersions.sqlite), ("microhttpd", HTTPServer.libraryVersion),
        ]
    }
}
