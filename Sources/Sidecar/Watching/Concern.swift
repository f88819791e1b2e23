import Sweeping

/// Something that is wrong and that an operator has to know of: the page shows it first, and `check` says it in the same words.
struct Concern: Sendable, Equatable {
    let kind: Kind
    /// What was found, as whoever found it says it.
    let finding: String
    /// Since when; nil where nobody knows.
    var since: Timestamp?
    /// The operation that it is about; nil for all.
    var operation: OperationName?

    /// The finding as a sentence.
    var sentence: String {
        let text = finding.prefix(1).uppercased() + finding.dropFirst()
        return text.hasSuffix(".") ? text : text + "."
    }

    /// The gravest come first.
    enum Kind: String, Sendable, CaseIterable {
        case databaseUnreachable = "database_unreachable"
        case stuck
        case clockDoubted = "clock_doubted"
        case noRecentSuccess = "no_recent_success"
        case runFailed = "run_failed"
        case operationHeld = "operation_held"
        case runErrors = "run_errors"
        case configurationRefused = "configuration_refused"
        case archiveFull = "archive_full"
        case certificate
    }
}

/// What each kind means and what to do, in words that the runbook has too.
extension Concern.Kind {
    /// Whether cleanup has stopped, or may have.
    var isGrave: Bool {
        switch self {
        case .databaseUnreachable, .stuck, .clockDoubted, .noRecentSuccess, .runFailed: true
        case .operationHeld, .runErrors, .configurationRefused, .archiveFull, .certificate: false
        }
    }

    var title: String {
        switch self {
        case .databaseUnreachable: "The database can't be used"
        case .stuck: "jobsweep is stuck"
        case .clockDoubted: "The wall clock is in doubt"
        case .noRecentSuccess: "No run has succeeded for long"
        case .runFailed: "The last run failed"
        case .operationHeld: "An operation is held"
        case .runErrors: "The last run met errors"
        case .configurationRefused: "The configuration was refused"
        case .archiveFull: "The archive is full"
        case .certificate: "The certificate needs renewal"
        }
    }

    var meaning: String {
        switch self {
        case .databaseUnreachable:
            "Runs fail. The application may be in the same trouble, so look at the application first."
        case .stuck: "No more scheduled runs."
        case .clockDoubted:
            "Nothing is cleaned until the clock is right or is taken for right. Nothing is lost by waiting."
        case .noRecentSuccess: "Cleanup has stopped."
        case .runFailed: "Nothing is cleaned, or only part of it."
        case .operationHeld:
            "Rows of this operation stay, and become more from run to run. Every other operation is done."
        case .runErrors: "The rows with errors stay. Everything else was done."
        case .configurationRefused:
            "The configuration that was in force before still is; the next restart is an outage."
        case .archiveFull: "Rows that the archive has no room for can't be put back with `jobsweep restore`."
        case .certificate: "From the day on Prometheus, browsers and scripts refuse the sidecar; sweeps go on, unseen."
        }
    }

    var remedy: String {
        switch self {
        case .databaseUnreachable:
            "`jobsweep check` says which it is: missing, not permitted, locked or damaged. Nothing has to be done in jobsweep: it looks"
                + " again by itself."
        case .stuck: "Restart the process; it remembers what it did."
        case .clockDoubted: "Set the clock right; if it is right, and only leapt, `jobsweep approve clock` says so."
        case .noRecentSuccess: "`jobsweep history` says how the last runs ended, and the log why others didn't start."
        case .runFailed:
            "`jobsweep run --dry-run` shows whether a run works now; `jobsweep check` says how to mend what is wrong."
        case .operationHeld:
            "Look at some of the rows that the preview names, in the application itself: should they be gone? If so, `jobsweep approve"
                + " OPERATION` lets it go on, once."
        case .runErrors:
            "`jobsweep preview` shows whether it would happen again. The next run without errors ends this."
        case .configurationRefused: "Correct the file, then reload."
        case .archiveFull: "Raise `archive.max_size`, or make room on the disk."
        case .certificate: "Renew the certificate, put it where `cert_file` of the web configuration says, and reload."
        }
    }

    /// The runbook's section.
    var alert: String {
        switch self {
        case .databaseUnreachable: "JobsweepDatabaseUnreachable"
        case .stuck: "JobsweepRunOverdue"
        case .clockDoubted: "JobsweepClockSuspect"
        case .runFailed: "JobsweepRunsFailing"
        case .noRecentSuccess: "JobsweepNoRecentSuccess"
        case .operationHeld: "JobsweepOperationHeld"
        case .runErrors: "JobsweepCleanupErrors"
        case .archiveFull: "JobsweepArchiveFull"
        case .configurationRefused: "JobsweepConfigReloadFailed"
        case .certificate: "JobsweepCertificateExpiring"
        }
    }

    var runbook: String { "https://github.com/jobsweep/jobsweep/blob/main/prometheus/RUNBOOK.md#\(alert.lowercased())" }
}
