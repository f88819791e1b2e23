/// How much of a database is data: its size without the free pages, and all of it where an engine has none and says NaN.
enum DatabaseData {
    /// - Parameter offset: as PromQL has it, with a space before it.
    static func bytes(_ metric: Selectors, _ offset: String = "") -> String {
        let size = metric("jobsweep_database_size_bytes") + offset
        let free = metric("jobsweep_database_free_bytes") + offset
        return "\(size) - (\(free) >= 0 or 0 * \(size))"
    }
}
