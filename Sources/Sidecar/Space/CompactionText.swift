import Foundation
import Sweeping

/// A compaction's figures as text for machines and for people.
package enum CompactionText {
    /// Bytes a second that fast and slow disks write it at, for a guess at how long it takes.
    private static let rates: (fast: Int64, slow: Int64) = (100 << 20, 10 << 20)

    /// What is about to be done: what it gives back, what it takes, and whom it keeps out.
    package static func describe(_ plan: CompactionPlan, of database: String) -> String {
        var lines = ["\(database): \(sizes(plan.sizes)), \(readableBytes(plan.sizes.freeBytes)) of it free pages"]
        lines.append(
            "VACUUM gives back at least \(readableBytes(plan.sizes.reclaimableBytes)) (pages that are only partly filled"
                + " are packed as well)")
        if plan.sizes.reclaimer == .runs {
            lines.append("The application has set up incremental auto-vacuum: runs give free pages back without VACUUM")
        }
        lines.append("It takes for a while:")
        lines += plan.needs.map { need in
            "  \(readableBytes(need.bytes)) in \(need.directory) for \(need.purpose)"
                + " (\(readableBytes(need.availableBytes)) free)"
        }
        let fast = seconds(plan.keptBytes, at: rates.fast)
        let slow = seconds(plan.keptBytes, at: rates.slow)
        let out =
            switch plan.keepsOut {
            case .writers: "nobody else can write to the database (reading goes on)"
            case .everyone: "nobody else can read or write the database"
            }
        lines.append(
            "From its beginning to its end \(out): about \(fast) s on a fast disk, \(slow) s on a slow"
                + " one. Applications that don't wait that long get the error \"database is locked\".")
        return lines.joined(separator: "\n")
    }

    /// What was done.
    package static func summary(_ outcome: CompactionOutcome) -> String {
        var lines = [
            "VACUUM took \(readableSeconds(outcome.duration.inSeconds)) and gave back"
                + " \(readableBytes(outcome.givenBackBytes))",
            "  before: \(sizes(outcome.before))", "  after:  \(sizes(outcome.after))",
        ]
        switch outcome.waitingLogBytes {
        case let bytes? where bytes > 0:
            lines.append(
                "Readers keep \(readableBytes(bytes)) in the write-ahead log: the file gets its new size with a"
                    + " checkpoint after they let go")
        case nil:
            lines.append(
                "Another connection is just moving the write-ahead log into the file, which gets its new size with that"
            )
        default: break
        }
        return lines.joined(separator: "\n")
    }

    /// - Parameter outcome: nil before anything is done.
    package static func json(_ plan: CompactionPlan, of database: String, outcome: CompactionOutcome? = nil) -> String {
        var fields: [String: JSONValue] = [
            "database": .string(database), "status": .string(outcome == nil ? "planned" : "completed"),
            "before": json(outcome?.before ?? plan.sizes),
            "reclaimable_bytes": .int(Int(plan.sizes.reclaimableBytes)),
            "keeps_out": .string(plan.keepsOut.rawValue), "needs": .array(plan.needs.map(json)),
        ]
        if let outcome {
            fields["after"] = json(outcome.after)
            fields["given_back_bytes"] = .int(Int(outcome.givenBackBytes))
            fields["waiting_log_bytes"] = outcome.waitingLogBytes.map { .int(Int($0)) } ?? .null
            fields["duration_seconds"] = .double(Double(outcome.duration.wholeMicroseconds) / 1_000_000)
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
        do {
            return String(decoding: try encoder.encode(JSONValue.object(fields)), as: UTF8.self)
        } catch {
            preconditionFailure("text and finite numbers must be encodable: \(error)")
        }
    }

    private static func json(_ sizes: DatabaseSizes) -> JSONValue {
        [
            "size_bytes": .int(Int(sizes.fileBytes)), "free_bytes": .int(Int(sizes.freeBytes)),
            "wal_bytes": .int(Int(sizes.writeAheadLogBytes)),
        ]
    }

    private static func json(_ need: SpaceNeed) -> JSONValue {
        [
            "purpose": .string(need.purpose), "directory": .string(need.directory), "bytes": .int(Int(need.bytes)),
            "available_bytes": .int(Int(need.availableBytes)),
        ]
    }

    private static func sizes(_ sizes: DatabaseSizes) -> String {
        let log = sizes.writeAheadLogBytes
        return readableBytes(sizes.fileBytes) + (log > 0 ? " and a log of \(readableBytes(log))" : "")
    }

    private static func seconds(_ bytes: Int64, at rate: Int64) -> Int64 {
        max(1, (bytes + rate - 1) / rate)
    }
}
