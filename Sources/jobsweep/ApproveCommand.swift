import ArgumentParser
import Sidecar
import Sweeping

/// `jobsweep approve`
struct ApproveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "approve",
        abstract: "Let a held operation, or runs that were refused for the wall clock's sake, go on once.",
        discussion: """
            An operation is held when far more rows are due than usual, when it would change most of what there is, or when the tables \
            have changed so that it would do something else. `jobsweep preview` shows what it would do; an approval lets it go on in the \
            next run, once.

            A run is refused where the wall clock was set by more than a day, or shows a time more than a day before or 90 days after \
            the last look at it: a clock that is wrong by so much makes rows look old that aren't. Where it is right after all, \
            `jobsweep approve clock` says so, once: what it shows now is what the next looks are compared with.

            Without a name, it says which operations wait for an approval, and approves the clock.
            """)

    /// What isn't an operation and may wait for an approval.
    private static let clock = "clock"

    @OptionGroup var common: CommonOptions

    @Argument(help: "Operations to let go on, or clock.")
    var names: [String] = []

    func run() async throws {
        let configuration = try Setup.configuration(common)
        let known = configuration.sweep.operationNames.map(\.rawValue)
        for name in names where name != Self.clock && !known.contains(name) {
            throw Failure(
                .misuse,
                "'\(name)' can't be approved; known are: \(([Self.clock] + known).joined(separator: ", "))")
        }
        let parts = try Setup.parts(configuration, quiet: true)
        let held = await parts.brakes.held()
        guard !names.isEmpty else { return try await approveClockAndTell(parts, held) }
        for name in names {
            if name == Self.clock {
                if try await !approveClock(parts) {
                    try Console.result("Nothing waits for an approval: the wall clock can be believed.")
                }
                continue
            }
            guard let one = held[name] else {
                try Console.result("Nothing to approve: \(name) isn't held.")
                continue
            }
            guard await parts.brakes.approve(one.operation, by: .cli) else { throw unwritten(configuration) }
            try Console.result("Approved, once: \(name) goes on in the next run. It was held because \(one.what).")
        }
    }

    /// Says which operations wait for an approval, and which have one already, and approves the clock.
    private func approveClockAndTell(_ parts: SidecarParts, _ held: [String: HeldOperation]) async throws {
        let hadDoubt = try await approveClock(parts)
        let approved = await parts.brakes.approved()
        for (name, one) in held.sorted(by: { $0.key < $1.key }) {
            let since = one.since.map { "\n  held since \($0.rfc3339); jobsweep preview shows rows of it" } ?? ""
            try Console.result(
                approved.contains(name)
                    ? "\(name) is approved: it goes on in the next run. It was held because \(one.what)."
                    : one.sentence + since)
        }
        guard !hadDoubt, held.isEmpty else { return }
        try Console.result(
            "Nothing waits for an approval: no operation is held, and the wall clock can be believed.")
    }

    /// - Returns: whether there was something to approve.
    private func approveClock(_ parts: SidecarParts) async throws -> Bool {
        guard let doubt = await parts.clockGuard.look() else { return false }
        await parts.clockGuard.accept()
        guard await parts.clockGuard.look() == nil else { throw unwritten(parts.configuration) }
        try Console.result("Approved, once: \(doubt.finding).")
        return true
    }

    private func unwritten(_ configuration: Configuration) -> Failure {
        Failure(.failed, "the approval can't be remembered in \(configuration.state)")
    }
}
