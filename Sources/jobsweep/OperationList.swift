import ArgumentParser
import Sweeping

/// `--only stale_jobs,old_jobs`.
struct OperationList: ExpressibleByArgument {
    let operations: [OperationName]

    init?(argument: String) {
        let words = argument.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        guard words.allSatisfy(OperationList.allValueStrings.contains) else { return nil }
        operations = words.map { OperationName(rawValue: $0) }
    }

    static var allValueStrings: [String] { OperationKind.all.map(\.name.rawValue) }
}
