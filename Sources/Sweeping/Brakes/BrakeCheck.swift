/// Looks before an operation begins whether something about it is out of the ordinary.
struct BrakeCheck<Session: MaintenanceSession> {
    let operation: any SweepOperation
    let pass: OperationPass<Session>
    let session: Session
    let brakes: Brakes
    let now: Timestamp

    /// - Returns: why it is held; nil where it may go on.
    func held(in run: PassContext) async throws -> HeldOperation? {
        guard brakes.approved[operation.name] == nil else { return nil }
        if let held = try await schema(in: run) { return held }
        if let held = try await surge(in: run) { return held }
        return try await share(in: run)
    }

    private func schema(in run: PassContext) async throws -> HeldOperation? {
        guard let before = brakes.shapes[operation.name] else { return nil }
        let dangers = try await OperationShape.of(operation, at: now, in: session).dangers(since: before)
        guard !dangers.isEmpty else { return nil }
        let limit = brakes.limit(of: operation.name, at: now)
        let found = try await due(upTo: limit?.rows ?? UsualRows.fewest, in: run)
        return HeldOperation(
            operation: operation.name, reason: .schema, eligible: found, usual: limit?.usual ?? 0,
            what: "the tables have changed since it last ran: \(dangers.joined(separator: "; "))")
    }

    /// - Returns: how many rows are due, no more than `most`; 0 where they can't be read as the tables are now.
    private func due(upTo most: Int, in run: PassContext) async throws -> Int {
        do {
            return try await pass.eligible(upTo: most, in: run)
        } catch is StoreError {
            return 0
        }
    }

    private func surge(in run: PassContext) async throws -> HeldOperation? {
        guard let limit = brakes.limit(of: operation.name, at: now), !(try await hasFewerRows(than: limit.rows)) else {
            return nil
        }
        let found = try await pass.eligible(upTo: limit.rows + 1, in: run)
        guard found > limit.rows else {
            pass.forgetSamples()
            return nil
        }
        return HeldOperation(
            operation: operation.name, reason: .surge, eligible: found, usual: limit.usual,
            what: "over \(limit.rows) rows are due, and "
                + (limit.usual == 0 ? "no run" : "\(limit.usual) were the most in a run") + " of the last 30 days"
                + (limit.usual == 0 ? " found any" : ""))
    }

    private func share(in run: PassContext) async throws -> HeldOperation? {
        guard let brake = operation.share, brakes.surge != nil, brakes.knows(operation.name),
            !(try await hasFewerRows(than: brake.least - 1))
        else { return nil }
        let found = try await pass.share(brake, in: run)
        guard found.counted >= brake.least, found.counted * brake.oneIn > found.all else {
            pass.forgetSamples()
            return nil
        }
        return HeldOperation(
            operation: operation.name, reason: .share, eligible: found.counted, usual: found.all,
            what: "it would change \(found.counted) of the \(found.all) rows that it is for")
    }

    /// Whether there aren't as many rows anyway, so that nothing has to be looked at.
    private func hasFewerRows(than rows: Int) async throws -> Bool {
        let count = try await session.count(operation.selection(at: now), within: .milliseconds(250))
        return !count.isLeast && count.rows <= rows
    }
}
