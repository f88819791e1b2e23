import Sweeping

/// What waits for somebody's decision, as `check` says it: in the words of the page and of the runbook.
package enum StandingConcerns {
    /// A subject and a message each. Nothing is remembered of the look.
    package static func found(_ parts: SidecarParts) async -> [(subject: String, message: String)] {
        let enabled = parts.configuration.sweep.enabledOperations
        var situation = Situation(now: parts.clock.now())
        situation.clockDoubt = await parts.clockGuard.peek()
        let held = await parts.brakes.held()
        situation.held = enabled.compactMap { held[$0.rawValue] }
        return situation.concerns.map { concern in
            (
                concern.kind.title.prefix(1).lowercased() + concern.kind.title.dropFirst(),
                "\(concern.sentence) \(concern.kind.meaning) \(concern.kind.remedy)"
            )
        }
    }
}
