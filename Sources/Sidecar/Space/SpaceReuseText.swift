import Foundation
import Sweeping

/// What a server does about the space of deleted rows, as text for machines and for people.
package enum SpaceReuseText {
    /// How matters stand, and what can be done.
    package static func describe(_ tables: [TableSpace], of database: String) -> String {
        var lines = ["\(database): the server gives the space of deleted rows to new ones by itself (autovacuum)"]
        lines += tables.map { "  " + line($0) }
        lines.append(
            "VACUUM does at once what autovacuum does in its time: the space can be used again by new rows, and statistics are fresh."
                + " Nobody is kept out meanwhile; a table that somebody has locked is left alone.")
        lines.append(
            "Nothing goes back to the disk. For that its owner can run VACUUM (FULL) on a table, which keeps everybody out of it"
                + " meanwhile, or pg_repack, which doesn't.")
        return lines.joined(separator: "\n")
    }

    /// What was done.
    package static func summary(_ before: [TableSpace], _ after: [TableSpace]) -> String {
        zip(before, after).map { before, after in
            if after.obstacle != nil { return "  \(line(after))" }
            if after.wasLocked { return "  \(after.table): left alone, since somebody has it locked" }
            return "  \(after.table): \(before.deadRows) dead rows before, \(after.deadRows) now"
        }.joined(separator: "\n")
    }

    /// - Parameter after: nil before anything is done.
    package static func json(_ before: [TableSpace], of database: String, after: [TableSpace]? = nil) -> String {
        let fields: JSONValue = [
            "database": .string(database), "status": .string(after == nil ? "planned" : "completed"),
            "tables": .array(
                before.indices.map { place in
                    let space = after?[place] ?? before[place]
                    return [
                        "table": .string(space.table.description), "size_bytes": .optional(space.bytes),
                        "live_rows": .int(Int(space.liveRows)), "dead_rows": .int(Int(space.deadRows)),
                        "dead_rows_before": .int(Int(before[place].deadRows)),
                        "autovacuum_begins_at": .optional(space.threshold),
                        "last_vacuum": .optional(space.lastDone?.rfc3339), "obstacle": .optional(space.obstacle),
                        "locked": .bool(space.wasLocked),
                    ]
                }),
        ]
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
        do {
            return String(decoding: try encoder.encode(fields), as: UTF8.self)
        } catch {
            preconditionFailure("text and whole numbers must be encodable: \(error)")
        }
    }

    private static func line(_ space: TableSpace) -> String {
        let begins = space.threshold.map { "autovacuum begins at \($0)" } ?? "autovacuum is off for it"
        let last = space.lastDone.map { "last vacuumed \($0.rfc3339)" } ?? "never vacuumed"
        let size = space.bytes.map(readableBytes) ?? "locked by somebody"
        return "\(space.table): \(size), \(space.liveRows) rows and \(space.deadRows) dead ones; \(begins), \(last)"
            + (space.obstacle.map { "; \($0)" } ?? "")
    }
}
