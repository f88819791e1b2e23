import Foundation
import Sweeping

/// The errors that a run's report lists, for people.
struct ReportedErrors: Decodable {
    struct Entry: Decodable {
        /// `run` for the run itself.
        var operation: String
        var jobID: String?
        var message: String

        var text: String {
            jobID.map { "\(operation), job \($0): \(message)" } ?? "\(operation): \(message)"
        }

        private enum CodingKeys: String, CodingKey {
            case operation
            case jobID = "job_id"
            case message = "error"
        }
    }

    var errors: [Entry]

    /// None where there is no report, or none that can be read.
    init(of record: RunRecord) {
        let read = record.report.flatMap { try? JSONDecoder().decode(ReportedErrors.self, from: Data($0.utf8)) }
        errors = read?.errors ?? []
    }
}
