import Foundation
import Sweeping
import Testing

@testable import Sidecar

@Suite("What is wrong, and what to do")
struct ConcernTests {
    static let now = Timestamp(unixSeconds: 1_767_322_000)

    static func record(_ phase: RunStatus, errors: Int, _ error: String?) -> RunRecord {
        let request = RunRequest(runID: "r", trigger: .schedule, dryRun: false, operations: [.oldJobs])
        var record = RunRecord(request: request, startedAt: now - .minutes(5))
        record.phase = .over(phase)
        record.error = error
        record.figures = RunFigures(rows: [:], errorCount: errors)
        return record
    }

    private static func situation(_ change: (inout Situation) -> Void) -> Situation {
        var situation = Situation(now: now)
        situation.interval = 1800
        situation.upSince = now - .hours(1)
        situation.lastSuccess = (now - .minutes(30)).unixSeconds
        situation.lastRun = record(.completed, errors: 0, nil)
        change(&situation)
        return situation
    }

    private static let held = HeldOperation(
        operation: .oldJobs, reason: .surge, eligible: 5000, usual: 10, what: "over 1000 rows are due")

    static let cases: [(Situation, [Concern.Kind])] = [
        (situation { _ in }, []),
        (situation { $0.database.isUp = false }, [.databaseUnreachable]),
        (situation { $0.healthProblem = "the schedule's loop hasn't turned for 2m: restart jobsweep" }, [.stuck]),
        (
            situation { $0.clockDoubt = .behind(.days(2), last: now + .days(2), now: now) }, [.clockDoubted]
        ),
        (situation { $0.lastSuccess = (now - .minutes(75)).unixSeconds }, []),
        (situation { $0.lastSuccess = (now - .minutes(76)).unixSeconds }, [.noRecentSuccess]),
        (situation { $0.lastSuccess = 0 }, []),
        (
            situation {
                $0.lastSuccess = 0
                $0.upSince = now - .hours(2)
            }, [.noRecentSuccess]
        ),
        (situation { $0.lastRun = record(.failed, errors: 1, "locked") }, [.runFailed]),
        (situation { $0.lastRun = record(.completedWithErrors, errors: 3, "refused") }, [.runErrors]),
        (situation { $0.lastRun = record(.completedWithErrors, errors: 0, nil) }, []),
        (situation { $0.lastRun = record(.cancelled, errors: 0, nil) }, []),
        (situation { $0.held = [held] }, [.operationHeld]),
        (situation { $0.refusal = .init(at: now, problems: ["line 3: unknown key"]) }, [.configurationRefused]),
        (
            situation {
                $0.archiveRoom = StorageRoom(for: "the state directory", availableBytes: 49, totalBytes: 1000)
            },
            [.archiveFull]
        ),
        (
            situation {
                $0.archiveRoom = StorageRoom(for: "the state directory", availableBytes: 50, totalBytes: 1000)
            },
            []
        ),
        (
            situation {
                $0.held = [held]
                $0.lastRun = record(.failed, errors: 1, "locked")
                $0.refusal = .init(at: now, problems: ["line 3: unknown key"])
            }, [.runFailed, .operationHeld, .configurationRefused]
        ),
        // What a database that is gone did to the last run is no second trouble.
        (
            situation {
                $0.database.isUp = false
                $0.lastRun = record(.failed, errors: 1, "gone")
            }, [.databaseUnreachable]
        ),
    ]

    @Test("each trouble is told once, the gravest first", arguments: cases)
    func concerns(_ situation: Situation, _ kinds: [Concern.Kind]) {
        #expect(situation.concerns.map(\.kind) == kinds)
        for concern in situation.concerns { #expect(concern.sentence.hasSuffix(".") && concern.finding.count > 3) }
    }

    @Test("the runbook has the same sentences", arguments: Concern.Kind.allCases)
    func runbook(_ kind: Concern.Kind) throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..").standardized
        let text = try String(contentsOf: root.appending(path: "prometheus/RUNBOOK.md"), encoding: .utf8)
        let sections = text.components(separatedBy: "\n## ")
        let section = try #require(sections.first { $0.hasPrefix(kind.alert + "\n") })
        let plain = section.split { $0.isWhitespace }.joined(separator: " ")
        #expect(plain.contains(kind.meaning))
        #expect(plain.contains(kind.remedy))
        #expect(kind.runbook.hasSuffix("#" + kind.alert.lowercased()))
    }
}
