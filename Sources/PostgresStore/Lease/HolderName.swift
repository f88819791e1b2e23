import Sweeping

/// A run's holder as the name of its connection: the one thing that every role may see of another's, and no longer than 63 bytes.
extension RunHolder {
    private static let prefix = "jobsweep"

    /// `jobsweep/RUN/PID/SECONDS/T`, with the numbers in base 36 and the first letter of what set the run off.
    var applicationName: String {
        let seconds = startedAt.microseconds / 1_000_000
        let trigger = trigger.map { String($0.rawValue.prefix(2)) } ?? ""
        return [
            RunHolder.prefix, String(runID.filter { $0.isASCII && $0 != "/" }.prefix(36)), String(processID, radix: 36),
            String(seconds, radix: 36), trigger + (dryRun ? "-" : ""),
        ].joined(separator: "/")
    }

    /// Nil for a name that no run gave itself.
    /// - Parameter host: where the connection comes from, as far as that may be seen.
    init?(applicationName: String, host: String?) {
        let parts = applicationName.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 5, parts[0] == RunHolder.prefix, let processID = Int32(parts[2], radix: 36),
            let seconds = Int64(parts[3], radix: 36)
        else { return nil }
        let word = parts[4].filter { $0 != "-" }
        guard let trigger = Trigger.allCases.first(where: { $0.rawValue.hasPrefix(word) }) else { return nil }
        self.init(
            runID: String(parts[1]), processID: processID, trigger: trigger,
            startedAt: Timestamp(microseconds: seconds * 1_000_000), dryRun: parts[4].hasSuffix("-"))
        self.host = host
    }
}
