/// Puts rows back. A row whose parent isn't there yet waits for another way through the archive; those that wait for each other come together.
struct ActualRestore<Session: MaintenanceSession>: RestoreWay {
    static var wording: String { "Putting back rows" }
    static var mostRows: Int { .max }
    static var beginsAnew: Bool { false }

    private let source: RestoreSource
    private let session: Session
    private let isHeldBack: Bool
    private let noteRestored: ([ArchiveEntry]) async throws -> Void
    private let onProgress: (RunProgress) -> Void
    private var circles: ReturnCircles
    /// Why rows that wait for each other don't come back together.
    private var reasons: [ArchivedRow.Identity: PutBack] = [:]
    private var isFirst = true

    /// - Parameters:
    ///   - isHeldBack: whether the rows are to be held back from runs.
    ///   - noteRestored: is told of them then, batch by batch.
    init(
        _ source: RestoreSource, by session: Session, isHeldBack: Bool,
        _ noteRestored: @escaping ([ArchiveEntry]) async throws -> Void, onProgress: @escaping (RunProgress) -> Void
    ) {
        self.source = source
        self.session = session
        self.isHeldBack = isHeldBack
        self.noteRestored = noteRestored
        self.onProgress = onProgress
        circles = ReturnCircles(isWanted: source.isStillWanted)
    }

    func judge(_ answers: [PutBack], of batch: [ArchiveEntry], _ round: inout RestoreRound) -> [PutBack] { answers }

    func note(_ results: [PutBack], of batch: [ArchiveEntry]) async throws {
        guard isHeldBack else { return }
        // Those that are back already were put back by a restore without a hold, or by one that was killed before this.
        var restored = zip(batch, results).filter { $0.1 == .done || $0.1 == .present }.map(\.0)
        guard !restored.isEmpty else { return }
        // Runs will know them by what they read.
        for (place, row) in try await session.asRead(restored.map(\.row)).enumerated() { restored[place].row = row }
        try await noteRestored(restored)
    }

    mutating func note(orphans: [ArchiveEntry]) async throws {
        // At first, most rows only wait for others that come in by themselves.
        if !isFirst { try await circles.offer(orphans, by: session) }
    }

    mutating func end(_ round: inout RestoreRound, in context: inout PassContext) async throws -> Bool {
        defer { isFirst = false }
        guard round.hasOrphans else { return false }
        onProgress(RunProgress(percent: 95, message: "Putting back rows that others had to come before"))
        let hadSeeds = circles.hasSeeds
        let groups = try await circles.groups(in: source.archive, by: session)
        try await putBack(groups, &round, in: &context)
        return isFirst || hadSeeds || !round.restored.isEmpty
    }

    func explain(_ round: inout RestoreRound) { round.explain(reasons) }

    /// Puts groups of rows back that wait for each other.
    private mutating func putBack(
        _ groups: [[ArchiveEntry]], _ round: inout RestoreRound, in context: inout PassContext
    ) async throws {
        var rest = groups[...]
        while !rest.isEmpty {
            try context.checkStop()
            await context.makeRoom(session)
            var rows = 0
            let batch = rest.prefix { group in
                defer { rows += group.count }
                return rows < context.pacer.batchSize
            }
            let entries = Array(batch.joined())
            let outcome = try await session.putBack(
                groups: batch.map { $0.map(\.row) }, within: context.pacer.hold)
            context.note(outcome.batch, of: entries.count)
            // What couldn't be put back has been told of, but for the reason.
            for (entry, result) in zip(entries, outcome.results) {
                if result.obstacle == nil {
                    round.note(result, entry)
                } else if result != .orphan {
                    reasons[entry.row.identity] = result
                }
            }
            try await note(outcome.results, of: entries)
            var done = outcome.results.count
            while done > 0, let group = rest.popFirst() { done -= group.count }
        }
    }
}
