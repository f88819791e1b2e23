import Sweeping

extension SQLiteSession {
    /// What `jobsweep check` says of unused space.
    func spaceFinding() async throws -> Finding {
        let facts = try await perform { try SpaceFacts($0) }
        let free = facts.freeBytes
        guard free > 0 else { return Finding(.ok, "space", "no free pages inside the file") }
        let how =
            switch facts.reclaimer {
            case .database: "SQLite gives them back itself with the next change (full auto-vacuum)"
            case .runs: "runs give them back step by step (incremental auto-vacuum)"
            case .vacuum:
                "new rows will use them, or `jobsweep vacuum`, on request only, gives back at least that much to the disk"
            }
        let isMuch = free * 4 > file.bytes && facts.reclaimer == .vacuum
        return Finding(isMuch ? .advice : .ok, "space", "\(free) bytes are free inside the file: \(how)")
    }
}
