import Sweeping

extension LastRun {
    /// Rows still eligible after the run, for every operation; nil where that isn't known: no run yet, an operation that didn't get its
    /// turn, or a database that can't be looked at any more.
    /// - Parameters:
    ///   - operations: all of them.
    ///   - isUp: whether the last look at the database worked; nil before the first.
    func backlog(of operations: [OperationName], whileUp isUp: Bool?) -> [String: Int?] {
        let names = operations.map(\.rawValue)
        return Dictionary(uniqueKeysWithValues: names.map { ($0, isUp == false ? nil : backlog[$0]) })
    }
}
