/// The statements that a connection asks again and again, and what the server calls those that it remembers: it needn't read and plan
/// them anew each time.
struct PreparedStatements {
    enum Use: Equatable {
        /// It is asked for the first time, and may be for the last.
        case plain
        /// The server is to remember it under this name from now on.
        case preparing(String)
        case prepared(String)
    }

    private enum Sight {
        case once
        case named(String)
    }

    /// So many are remembered at most.
    private static let most = 64

    private var seen: [String: Sight] = [:]
    /// How many names there were: none is given twice, whatever became of the statement.
    private var names = 0

    mutating func use(of sql: String) -> Use {
        switch seen[sql] {
        case .named(let name): return .prepared(name)
        case .once:
            names += 1
            return .preparing("jobsweep_\(names)")
        case nil:
            if seen.count < Self.most { seen[sql] = .once }
            return .plain
        }
    }

    /// The server remembers it.
    mutating func note(_ sql: String, as name: String) { seen[sql] = .named(name) }

    /// Whatever the server remembers isn't asked for again.
    mutating func forget() { seen = [:] }
}
