import ArgumentParser
import Sweeping

/// `--only stale_jobs,old_jobs`.
struct OperationList: ExpressibleByArgument {
    let operations: [Operation]

    init?(argument: String) {
        let words = argument.split(separator: ",", omittingEmptySubsequences: false)
        let found = words.compactMap { Operation(rawValue: String($0)) }
        guard found.count == words.count else { return nil }
        operations = Operation.inRunOrder(found)
    }

    static var allValueStrings: [String] { Operation.allCases.map(\.rawValue) }
}
