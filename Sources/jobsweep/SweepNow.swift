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
        let parts = try Setup.parts(configuration, quiet: true)
        let display = ProgressDisplay(
            configuration.log.format == .json ? .log : Console.errorIsTerminal ? .terminal : .lines)
        let listener = parts.live.listen { event in
            if case .progress(let record) = event { display.show(record.progress) }
        }
        defer { parts.live.stopListening(listener) }
        let report = try await report(parts, display)
        Console.result(
            sweep.json ? ReportText.json(report, pretty: true) : ReportText.summary(report, samples: showSamples))
        throw ExitStatus(report.status).code
    }

    private func report(_ parts: SidecarParts, _ display: ProgressDisplay) async throws -> RunReport {
        let run: StartedRun
        do throws(RunRefusal) {
            run = try await parts.coordinator.start(.cli, dryRun: dryRun, operations: sweep.only?.operations)
        } catch {
            throw Failure(.anotherRun, error.description)
        }
        let report = await Interruption.whileWaiting {
            await run.report.value
        } onSignal: {
            Console.notice("jobsweep: the run ends at its next batch")
            _ = await parts.coordinator.cancel(run.record.request.runID)
        }
        display.finish()
        return report
    }
}
