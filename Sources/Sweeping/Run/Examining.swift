extension MaintenanceStore {
    /// Looks at everything that a run with this policy relies on, and changes nothing.
    /// - Throws: `StoreError` when the database can't be opened.
    package func findings(on policy: SweepPolicy, by clock: any SweepClock) async throws -> [Finding] {
        let now = clock.now()
        let settled = try await settle(policy, at: now, clock)
        let work = settled.ready.map { $0.work(at: now) }
        return try await examine(work, at: now, in: policy.timeZone) + settled.findings
    }

    /// The policy's operations as they are on this database, and what is to be said of those that can't be.
    private func settle(_ policy: SweepPolicy, at now: Timestamp, _ clock: any SweepClock) async throws
        -> (ready: [any SweepOperation], findings: [Finding])
    {
        // What needs no look is examined even where the database can't be opened.
        guard policy.operations.contains(where: { !$0.looksAt.isEmpty }) else { return (policy.operations, []) }
        let session = try await openSession(
            SessionOptions(dryRun: true, busyTimeout: .seconds(1), now: now, timeZone: policy.timeZone))
        var ready: [any SweepOperation] = []
        var findings: [Finding] = []
        var failure: (any Error)?
        for operation in policy.operations {
            do {
                if let settled = try await operation.settled(in: session) {
                    ready.append(settled)
                    try await session.require(settled.needs)
                    guard let rule = settled as? RetentionRule, rule.isOfConfiguration else { continue }
                    findings += try await RuleExamination(rule: rule, session: session, clock: clock, now: now)
                        .findings()
                } else {
                    findings.append(
                        Finding(
                            .ok, operation.name.rawValue, "it isn't for a database of this version, and does nothing"))
                }
            } catch let error as StoreError where error.code == .schema {
                // What isn't there, the engine's own look names as well.
                if ready.last?.name == operation.name { continue }
                findings.append(Finding(.problem, operation.name.rawValue, "\(error.message): \(operation.remedy)"))
            } catch {
                failure = error
                break
            }
        }
        await session.close()
        if let failure { throw failure }
        return (ready, findings)
    }
}
