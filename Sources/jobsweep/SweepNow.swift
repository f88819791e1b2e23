import Sidecar
import Sweeping

/// One sweep from the command line: progress on standard error, the report or its summary on standard output.
struct SweepNow {
    let common: CommonOptions
    let sweep: SweepOptions
    let dryRun: Bool
    let showSamples: Bool

    func run() async throws {
        let configuration = try Setup.configuration(common)
        let only = try sweep.only?.checked(by: configuration.sweep)
        let parts = try Setup.parts(configuration, quiet: true)
        let display = ProgressDisplay(configuration.log.format)
        let listener = parts.live.listen { event in
            if case .progress(let record) = event { display.show(record.progress) }
        }
        defer { parts.live.stopListening(listener) }
        let report = try await report(parts, only, display)
        try Console.result(
            sweep.json ? ReportText.json(report, pretty: true) : ReportText.summary(report, samples: showSamples))
        throw ExitStatus(report.status).code
    }

    /// A signal ends the run whenever it comes: also while it still waits to be let in.
    private func report(_ parts: SidecarParts, _ only: [OperationName]?, _ display: ProgressDisplay) async throws
        -> RunReport
    {
        defer { display.finish() }
        do throws(RunRefusal) {
            return try await Interruption.whileWaiting { () async throws(RunRefusal) in
                let run = try await parts.coordinator.start(
                    .cli, dryRun: dryRun, operations: only, ignoringClock: sweep.ignoreClock)
                return await run.report.value
            } onSignal: {
                Console.notice("jobsweep: the run ends at its next batch")
                await parts.coordinator.endAll()
            }
        } catch {
            throw Failure(.anotherRun, error.description)
        }
    }
}
