import Sweeping

extension ShorterRetention: CustomStringConvertible {
    /// `old_jobs deletes finished jobs after 30d, and not after 365d`
    package var description: String {
        let before = old.map { "and not after \($0.prometheusText)" } ?? "which were kept so far"
        return "\(operation) deletes \(rows) after \(new.prometheusText), \(before)"
    }
}
