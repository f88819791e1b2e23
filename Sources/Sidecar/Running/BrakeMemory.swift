import RunHistory
import Sweeping

/// What the brakes go by: what is usual, what the operations relied on, and what somebody has approved.
package struct BrakeMemory: Sendable {
    private let history: any RunHistory
    private let clock: any SweepClock

    package init(history: any RunHistory, clock: any SweepClock) {
        self.history = history
        self.clock = clock
    }

    func brakes(surge: Int?) async -> Brakes {
        let shapes = await history.recall(.shapes) ?? [:]
        let approvals = await history.recall(.approvals) ?? [:]
        return Brakes(
            surge: surge, usual: await history.usualRows(since: clock.now() - UsualRows.window),
            shapes: Dictionary(uniqueKeysWithValues: shapes.map { (OperationName(rawValue: $0.key), $0.value) }),
            approved: Dictionary(uniqueKeysWithValues: approvals.map { (OperationName(rawValue: $0.key), $0.value) }))
    }

    /// Takes in a run: what was held, what its operations relied on, and that an approval was for once.
    /// - Returns: changes of what operations rely on, in words, that are no danger.
    func note(_ report: RunReport) async -> [String] {
        guard !report.request.dryRun else { return [] }
        let taken = report.request.operations.filter { report.results[$0] != nil }
        var held = await held()
        for operation in taken {
            let since = held[operation.rawValue]?.since ?? report.startedAt
            held[operation.rawValue] = report.held.first { $0.operation == operation }
            held[operation.rawValue]?.since = since
        }
        await history.remember(held, as: .held)
        let approvals = await history.recall(.approvals) ?? [:]
        let left = approvals.filter { approval in !taken.contains { $0.rawValue == approval.key } }
        if left.count < approvals.count { await history.remember(left, as: .approvals) }
        return await remember(report.shapes)
    }

    private func remember(_ new: [OperationName: OperationShape]) async -> [String] {
        guard !new.isEmpty else { return [] }
        var shapes = await history.recall(.shapes) ?? [:]
        var changes: [String] = []
        for (operation, shape) in new where shapes[operation.rawValue] != shape {
            if let old = shapes[operation.rawValue] {
                changes += (shape.harmless(since: old) + shape.dangers(since: old)).map { "\(operation): \($0)" }
            }
            shapes[operation.rawValue] = shape
        }
        await history.remember(shapes, as: .shapes)
        return changes
    }

    /// What is held, by operation.
    package func held() async -> [String: HeldOperation] { await history.recall(.held) ?? [:] }

    /// Operations that go on in the next run that takes them up.
    package func approved() async -> [String] { (await history.recall(.approvals) ?? [:]).keys.sorted() }

    /// Lets an operation go on in the next run that takes it up, once.
    /// - Returns: whether that could be remembered.
    package func approve(_ operation: OperationName, by requester: Requester) async -> Bool {
        var approvals = await history.recall(.approvals) ?? [:]
        approvals[operation.rawValue] = requester
        await history.remember(approvals, as: .approvals)
        return await history.recall(.approvals)?[operation.rawValue] == requester
    }
}

extension Fact<[String: OperationShape]> {
    fileprivate static let shapes = Fact("shapes")
}

extension Fact<[String: HeldOperation]> {
    fileprivate static let held = Fact("held")
}

extension Fact<[String: Requester]> {
    fileprivate static let approvals = Fact("approvals_by")
}
