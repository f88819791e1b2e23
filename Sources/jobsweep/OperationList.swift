import ArgumentParser
import Sweeping

/// `--only stale_jobs,old_jobs`.
struct OperationList: ExpressibleByArgument {
    let operations: [OperationName]

    /// Which names there are, only the configuration knows.
    init(argument: String) {
        let words = argument.split(separator: ",", omittingEmptySubsequences: false)
        operations = words.map { OperationName(rawValue: String($0)) }
    }

    /// - Throws: `Failure` for a name that no operation has.
    func checked(by policy: SweepPolicy) throws -> [OperationName] { try checked(against: policy.operationNames) }

    /// - Throws: `Failure` for a name that isn't among these.
    func checked(against known: [OperationName]) throws -> [OperationName] {
        for name in operations where !known.contains(name) {
            throw Failure(
                .misuse,
                "--only: '\(name)' is no operation of this configuration; known are: "
                    + known.map(\.rawValue).joined(separator: ", "))
        }
        return operations
    }

    /// What comes built in; rules have names of their own.
    static var allValueStrings: [String] { OperationKind.all.map(\.name.rawValue) }
}
