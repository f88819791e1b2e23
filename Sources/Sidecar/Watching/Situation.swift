import HTTPServer
import Sweeping

/// What can be known at one moment of whether all is well.
struct Situation: Sendable {
    var now: Timestamp
    var database = DatabaseWatch.View()
    var databaseDownSince: Timestamp?
    /// The last run that wasn't a dry run and is over.
    var lastRun: RunRecord?
    /// Unix time in seconds; 0 is never.
    var lastSuccess: Double = 0
    /// The longest time between two due times, in seconds; nil where nothing is scheduled here.
    var interval: Double?
    /// When the process began.
    var upSince: Timestamp?
    var held: [HeldOperation] = []
    var clockDoubt: ClockDoubt?
    var healthProblem: String?
    var certificates: CertificateChain?
    var refusal: LiveConfiguration.Refusal?
    /// What the disk has room for that archives are on; nil where none are made.
    var archiveRoom: StorageRoom?

    /// So many intervals without a success are too long, as for the alert.
    static let silence = 2.5

    /// The gravest first.
    var concerns: [Concern] {
        let found =
            [unreachable, stuck, clock, silent, lastEnd, configuration, archive, certificate].compactMap(\.self) + holds
        return Concern.Kind.allCases.flatMap { kind in found.filter { $0.kind == kind } }
    }

    private var unreachable: Concern? {
        guard database.isUp == false else { return nil }
        return Concern(
            kind: .databaseUnreachable, finding: database.error ?? "it can't be looked at", since: databaseDownSince)
    }

    private var stuck: Concern? { healthProblem.map { Concern(kind: .stuck, finding: $0) } }

    private var clock: Concern? { clockDoubt.map { Concern(kind: .clockDoubted, finding: $0.description) } }

    private var silent: Concern? {
        guard let interval, let upSince else { return nil }
        let since = lastSuccess > 0 ? Timestamp(unixSeconds: lastSuccess) : upSince
        guard (now - since).inSeconds > Situation.silence * interval else { return nil }
        let text = "for \(Words.span(now - since)) no run has completed without errors"
        return Concern(kind: .noRecentSuccess, finding: text, since: since)
    }

    /// How the last run ended, where that isn't told already.
    private var lastEnd: Concern? {
        guard let lastRun, database.isUp != false else { return nil }
        let first = lastRun.error ?? "its log says why"
        switch lastRun.phase {
        case .over(.failed): return Concern(kind: .runFailed, finding: first, since: lastRun.startedAt)
        case .over(.completedWithErrors):
            guard let count = lastRun.figures?.errorCount, count > 0 else { return nil }
            let more = count > 1 ? ", and \(Words.number(count - 1)) more" : ""
            return Concern(kind: .runErrors, finding: first + more, since: lastRun.startedAt)
        case .over, .pending, .running: return nil
        }
    }

    private var holds: [Concern] {
        held.map {
            Concern(kind: .operationHeld, finding: $0.sentence, since: $0.since, operation: $0.operation)
        }
    }

    private var configuration: Concern? {
        refusal.map {
            Concern(kind: .configurationRefused, finding: $0.problems.joined(separator: "; "), since: $0.at)
        }
    }

    private var archive: Concern? {
        if let room = archiveRoom, room.availableBytes < room.totalBytes / 20 {
            let text =
                "\(readableBytes(room.availableBytes)) are free on the disk of \(room.purpose), less than 5 % of it"
            return Concern(kind: .archiveFull, finding: text)
        }
        guard let lastRun, let error = ReportReading(of: lastRun).errors.first(where: \.isLossOfArchive) else {
            return nil
        }
        return Concern(kind: .archiveFull, finding: error.message, since: lastRun.startedAt)
    }

    private var certificate: Concern? {
        let moment = now.microseconds / 1_000_000
        guard let certificates,
            let text = certificates.problems(at: moment).first ?? certificates.advice(at: moment).first
        else { return nil }
        return Concern(kind: .certificate, finding: text)
    }
}
