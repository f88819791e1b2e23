import ArgumentParser
import Sidecar
import Sweeping

/// `jobsweep approve`
struct ApproveCommand: AsyncParsableCommand {
    /// What may wait for an approval.
    enum Matter: String, CaseIterable, ExpressibleByArgument {
        case clock
    }

    static let configuration = CommandConfiguration(
        commandName: "approve",
        abstract: "Let runs go on that were refused for the wall clock's sake.",
        discussion: """
            A run is refused where the wall clock was set by more than a day, or shows a time more than a day before or 90 days after \
            the last look at it: a clock that is wrong by so much makes rows look old that aren't. Where it is right after all, this says \
            so, once: what it shows now is what the next looks are compared with.
            """)

    @OptionGroup var common: CommonOptions

    @Argument(help: "What to approve: clock.")
    var matter = Matter.clock

    func run() async throws {
        let parts = try Setup.parts(try Setup.configuration(common), quiet: true)
        guard let doubt = await parts.clockGuard.look() else {
            return try Console.result("Nothing waits for an approval: the wall clock can be believed.")
        }
        await parts.clockGuard.accept()
        guard await parts.clockGuard.look() == nil else {
            throw Failure(.failed, "the approval can't be remembered in \(parts.configuration.state)")
        }
        try Console.result("Approved, once: \(doubt.finding).")
    }
}
