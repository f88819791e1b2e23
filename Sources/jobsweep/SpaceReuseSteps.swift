import Sidecar
import Sweeping

/// What `jobsweep vacuum` does on a server: shows how matters stand, asks, and has the server do it.
struct SpaceReuseSteps {
    let job: SpaceReuseJob
    let yes: Bool
    let dryRun: Bool
    let json: Bool

    func run() async throws {
        let before = try await job.look()
        let text = SpaceReuseText.describe(before, of: job.databaseName)
        if dryRun { return try Console.result(json ? SpaceReuseText.json(before, of: job.databaseName) : text) }
        if json { if !yes { Console.notice(text) } } else { try Console.result(text) }
        if !yes { try Console.confirm() }
        let after = try await Interruption.whileVacuuming { try await job.reuse(before, control: $0) }
        try Console.result(
            json
                ? SpaceReuseText.json(before, of: job.databaseName, after: after)
                : SpaceReuseText.summary(before, after))
        let left = after.filter { $0.obstacle != nil || $0.wasLocked }
        guard left.isEmpty else {
            let names = left.map(\.table.description).joined(separator: ", ")
            throw Failure(
                left.count == after.count ? .failed : .doneWithErrors,
                "not vacuumed: \(names)\(left.compactMap(\.obstacle).first.map { " (\($0))" } ?? "")")
        }
    }
}
