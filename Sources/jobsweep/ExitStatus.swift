import ArgumentParser
import Sweeping

/// How jobsweep ends, for scripts.
enum ExitStatus: Int32 {
    case done = 0
    case failed = 1
    /// Wrong usage or configuration.
    case misuse = 2
    case doneWithErrors = 3
    case anotherRun = 4

    init(_ status: RunStatus) {
        switch status {
        case .completed: self = .done
        case .completedWithErrors: self = .doneWithErrors
        case .failed, .cancelled: self = .failed
        }
    }

    var code: ExitCode { ExitCode(rawValue) }
}

/// Ends a command with a sentence on standard error.
struct Failure: Error {
    let status: ExitStatus
    let message: String

    init(_ status: ExitStatus, _ message: String) {
        self.status = status
        self.message = message
    }
}
