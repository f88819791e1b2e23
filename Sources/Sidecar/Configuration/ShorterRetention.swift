import Sweeping

extension ShorterRetention: CustomStringConvertible {
    /// `old_jobs deletes finished jobs after 30d, and not after 365d`
    package var description: String {
        let before = old.map { "and not after \(DurationText.print($0))" } ?? "which were kept so far"
        return "\(operation) deletes \(rows) after \(DurationText.print(new)), \(before)"
    }
}
