import Sweeping

/// Looks at a database that may not be configured yet, and changes nothing in it.
package struct DatabaseLook: Sendable {
    private let store: any MaintenanceStore
    private let clock: any SweepClock
    private let timeZone: TimeZoneRules

    package init(_ database: DatabaseLocation, clock: any SweepClock, timeZone: TimeZoneRules) {
        self.init(StoreFactory.store(database) { _ in }, clock: clock, timeZone: timeZone)
    }

    package init(_ store: any MaintenanceStore, clock: any SweepClock, timeZone: TimeZoneRules) {
        self.store = store
        self.clock = clock
        self.timeZone = timeZone
    }

    /// - Throws: `StoreError`.
    package func survey() async throws -> DatabaseSurvey {
        try await with(store) { try await DatabaseSurvey.look(in: $0) }
    }

    /// What is said of the presets that a configuration names.
    package func findings(on presets: [String]) async throws -> [Finding] {
        // Whose tables the standard one's are, its own settings say.
        let named = presets.filter { !$0.isSame(as: PresetLibrary.standard) }.compactMap(PresetLibrary.preset)
        return try await with(store) { session in
            var findings: [Finding] = []
            for preset in named { findings.append(try await Recognition.finding(on: preset, in: session)) }
            for application in try await Recognition.look(in: session).refused {
                findings.append(
                    Finding(
                        .problem, "preset",
                        "this is a database of \(application.name), which jobsweep leaves alone: \(application.reason)")
                )
            }
            return findings
        }
    }

    /// What a run with this policy would do now; nil where another is under way.
    package func preview(_ policy: SweepPolicy) async -> RunReport? {
        await preview(store, policy)
    }

    package func findings(on policy: SweepPolicy) async throws -> [Finding] {
        try await store.findings(on: policy, by: clock)
    }

    private func preview(_ store: some MaintenanceStore, _ policy: SweepPolicy) async -> RunReport? {
        let request = RunRequest(
            runID: "init", trigger: .cli, dryRun: true, operations: policy.enabledOperations)
        guard let run = try? await Sweeper(store: store, clock: clock, processID: 0).begin(request, policy: policy)
        else {
            return nil
        }
        return await run.execute()
    }

    private func with<Store: MaintenanceStore, Result>(
        _ store: Store, _ body: (Store.Session) async throws -> Result
    ) async throws -> Result {
        let session = try await store.openSession(
            SessionOptions(dryRun: true, busyTimeout: .seconds(1), now: clock.now(), timeZone: timeZone))
        do {
            let result = try await body(session)
            await session.close()
            return result
        } catch {
            await session.close()
            throw error
        }
    }
}
