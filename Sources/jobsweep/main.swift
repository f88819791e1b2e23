import Foundation
import Logging
import SQLiteStore
import Sidecar
import Sweeping

let path = CommandLine.arguments[1]
let dry = CommandLine.arguments.contains("--dry-run")
let clock = SystemClock()
let state = try StateDatabase(directory: "/tmp/jsstate", databaseName: path, now: { clock.now() }, warn: { print($0) })
let box = LogLevelBox(.info)
let coordinator = RunCoordinator(
    store: SQLiteMaintenanceStore(path: path), history: state, policy: SweepPolicy(), clock: clock,
    logger: Logger(label: "x") { _ in StderrLogHandler(format: .text, level: box) })
do {
    let run = try await coordinator.start(.cli, dryRun: dry)
    let report = await run.report.value
    print(ReportText.json(report, pretty: true))
    print(ReportText.summary(report, samples: true))
} catch {
    print(error)
}
