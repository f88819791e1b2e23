/// Every alert of the pack. The runbook has a section for each, under a heading of this name.
package enum AlertName: String, Sendable, CaseIterable {
    case down = "JobsweepDown"
    case absent = "JobsweepAbsent"
    case databaseUnreachable = "JobsweepDatabaseUnreachable"
    case cleanupErrors = "JobsweepCleanupErrors"
    case runsFailing = "JobsweepRunsFailing"
    case noRecentSuccess = "JobsweepNoRecentSuccess"
    case runOverdue = "JobsweepRunOverdue"
    case runStuck = "JobsweepRunStuck"
    case backlogNotDraining = "JobsweepBacklogNotDraining"
    case operationHeld = "JobsweepOperationHeld"
    case archiveFull = "JobsweepArchiveFull"
    case clockSuspect = "JobsweepClockSuspect"
    case staleJobsSurge = "JobsweepStaleJobsSurge"
    case configReloadFailed = "JobsweepConfigReloadFailed"
    case restarting = "JobsweepRestarting"
    case databaseGrowing = "JobsweepDatabaseGrowing"
    case writeAheadLogGrowing = "JobsweepWriteAheadLogGrowing"
    case writeLockHeld = "JobsweepWriteLockHeld"
    case clockSkew = "JobsweepClockSkew"
    case certificateExpiring = "JobsweepCertificateExpiring"
    case watchdog = "Watchdog"

    /// How soon a person has to look.
    package enum Urgency: Sendable {
        /// Wakes somebody: cleanup has stopped, and the application's database fills meanwhile.
        case now
        /// A ticket: cleanup goes on, something about it needs a decision.
        case soon
        /// Nobody looks: the alert exists to prove that alerts arrive.
        case never
    }

    package var urgency: Urgency {
        switch self {
        case .down, .absent, .databaseUnreachable, .runsFailing, .noRecentSuccess, .runStuck, .clockSuspect:
            .now
        case .cleanupErrors, .runOverdue, .backlogNotDraining, .operationHeld, .archiveFull, .staleJobsSurge,
            .configReloadFailed, .restarting, .databaseGrowing, .writeAheadLogGrowing, .writeLockHeld, .clockSkew,
            .certificateExpiring:
            .soon
        case .watchdog:
            .never
        }
    }

    /// The anchor of the alert's section in the runbook, as GitHub makes it from the heading.
    package var anchor: String { rawValue.lowercased() }
}
