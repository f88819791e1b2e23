import Foundation
import Sweeping

/// A run's report as its page reads it: what another version left out, or wrote otherwise, is none.
struct ReportReading: Decodable, Sendable {
    struct Entry: Decodable, Sendable {
        /// `run` for the run itself.
        var operation: String
        var jobID: String?
        var message: String

        /// Whether it says that the run can't be undone whole.
        var isLossOfArchive: Bool { operation == RunError.runLabel && message.contains("can't be put back") }

        private enum CodingKeys: String, CodingKey {
            case operation
            case jobID = "job_id"
            case message = "error"
        }
    }

    struct Held: Decodable, Sendable {
        var operation: String
        var message: String
    }

    var errors: [Entry] = []
    var held: [Held] = []
    var skipped: [String: Int] = [:]
    var pauses: [String: Double] = [:]
    /// What was seen that the run waited for, by reason.
    var pauseCauses: [String: String] = [:]
    /// What nobody could see, by reason, and why.
    var pausesUnknown: [String: String] = [:]
    var samples: [String: [RowSample]] = [:]
    /// Ids of rows whose times can't be read, by operation.
    var unreadable: [String: [String]] = [:]
    var hasArchive = false

    /// Why the run can't be undone whole; nil where it can.
    var lossOfArchive: String? { errors.first(where: \.isLossOfArchive)?.message }

    private enum CodingKeys: String, CodingKey {
        case errors, held, skipped, pauses, samples, archive
        case pauseCauses = "pause_causes"
        case pausesUnknown = "pauses_unknown"
        case unreadable = "unreadable_rows"
    }

    init(of record: RunRecord) {
        self =
            record.report.flatMap { try? JSONDecoder().decode(ReportReading.self, from: Data($0.utf8)) }
            ?? ReportReading()
    }

    private init() {}

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        errors = (try? container.decode([Entry].self, forKey: .errors)) ?? []
        held = (try? container.decode([Held].self, forKey: .held)) ?? []
        skipped = (try? container.decode([String: Int].self, forKey: .skipped)) ?? [:]
        pauses = (try? container.decode([String: Double].self, forKey: .pauses)) ?? [:]
        pauseCauses = (try? container.decode([String: String].self, forKey: .pauseCauses)) ?? [:]
        pausesUnknown = (try? container.decode([String: String].self, forKey: .pausesUnknown)) ?? [:]
        samples = (try? container.decode([String: [RowSample]].self, forKey: .samples)) ?? [:]
        unreadable = (try? container.decode([String: [String]].self, forKey: .unreadable)) ?? [:]
        hasArchive = (try? container.decode(String.self, forKey: .archive)) != nil
    }
}

/// Errors of a run that say the same.
struct ErrorGroup: Equatable {
    var operation: String
    var message: String
    var count: Int
    /// Ids of some jobs or rows that it happened to.
    var examples: [String]

    private static let mostExamples = 5

    /// In the order in which each was met first. What names its row in front says the same as its neighbours.
    static func groups(_ errors: [ReportReading.Entry]) -> [ErrorGroup] {
        var groups: [ErrorGroup] = []
        var places: [[String]: Int] = [:]
        for error in errors {
            var (id, message) = (error.jobID, error.message)
            if let (row, rest) = rowAndRest(message) { (id, message) = (row, rest) }
            let key = [error.operation, message]
            let place = places[key] ?? groups.count
            if place == groups.count {
                places[key] = place
                groups.append(ErrorGroup(operation: error.operation, message: message, count: 0, examples: []))
            }
            groups[place].count += 1
            if let id, groups[place].examples.count < mostExamples { groups[place].examples.append(id) }
        }
        return groups
    }

    /// `row 12: FOREIGN KEY constraint failed` in its parts.
    private static func rowAndRest(_ message: String) -> (row: String, rest: String)? {
        guard message.hasPrefix("row "), let colon = message.firstRange(of: ": ") else { return nil }
        return (String(message[..<colon.lowerBound].dropFirst(4)), String(message[colon.upperBound...]))
    }
}
