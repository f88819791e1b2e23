/// Looks at what would become of each row, and changes nothing: what comes back before a row is only ever foreseen.
struct RehearsedRestore<Session: MaintenanceSession>: RestoreWay {
    static var wording: String { "Looking at each row" }
    /// A look takes so little time that only memory bounds it.
    static var mostRows: Int { 500 }
    static var beginsAnew: Bool { true }

    private let source: RestoreSource
    private let session: Session
    private var parents = RehearsedParents()

    init(_ source: RestoreSource, by session: Session) {
        self.source = source
        self.session = session
    }

    mutating func judge(_ answers: [PutBack], of batch: [ArchiveEntry], _ round: inout RestoreRound) async throws
        -> [PutBack]
    {
        let results = zip(batch, answers).map { round.rehearse($1, $0) }
        return try await parents.judge(batch, results, by: session)
    }

    func note(_ results: [PutBack], of batch: [ArchiveEntry]) {}

    /// Who they wait for was found out with what becomes of them.
    func note(orphans: [ArchiveEntry]) {}

    mutating func end(_ round: inout RestoreRound, in context: inout PassContext) async throws -> Bool {
        if round.hasRowsAway {
            for unit in 0..<source.archive.unitCount {
                try await source.archive.forEachPiece(ofUnit: unit) { entries in
                    for entry in entries where source.isWanted(entry) { round.rehearseReturn(of: entry) }
                }
            }
        }
        return try await parents.needAnother(in: source.archive, by: session) { [source, round] entry in
            try source.isStillWanted(entry) && !round.isHindered(entry)
        }
    }

    /// Nothing waits for each other where nothing is put back.
    func explain(_ round: inout RestoreRound) {}
}
