/// What a reload doesn't take over: an editor that empties a file before it fills it, a copy that was cut short, or a template that rendered
/// to nothing would turn every retention that somebody chose into the default, and what the next run deletes then is gone.
extension Configuration {
    /// What the file has lost since `old` was read from it, as sentences; none when a reload may go on.
    func losses(since old: Configuration) -> [String] {
        guard let file = file ?? old.file else { return [] }
        if fileKeys.isEmpty, !old.fileKeys.isEmpty {
            let keys = old.fileKeys.filter { !$0.contains(".") }.joined(separator: ", ")
            return [
                "\(file): the file is empty, and it had \(keys): write the settings back, or restart jobsweep where the"
                    + " defaults are meant"
            ]
        }
        let lost = old.fileSections.filter { !fileSections.contains($0) }
        // What is below a lost section went with it.
        let whole = lost.filter { section in !lost.contains { section.utf8.starts(with: "\($0).".utf8) } }
        return whole.map {
            "\(file): the section '\($0)' is gone, which the file had: write it back, with the defaults where those are meant, or"
                + " restart jobsweep to go on without it"
        }
    }
}
