import Sweeping

/// The files that a run was opened on. Before each write it is asked whether they still are the ones at their paths: who puts a backup
/// over the database, or takes the log away, would otherwise get rows deleted in a dead file and its log over the new one.
struct RunFiles: Sendable {
    private let file: DatabaseFile
    private let log: FileIdentity?
    private let index: FileIdentity?

    /// To be taken when the connection has read already: log and index are there by then.
    init(of file: DatabaseFile, usesLog: Bool) {
        self.file = file
        log = usesLog ? FileIdentity(at: file.writeAheadLogPath) : nil
        index = usesLog ? FileIdentity(at: file.logIndexPath) : nil
    }

    var areInPlace: Bool { trouble == nil }

    /// - Throws: `StoreError` with code `.replaced`.
    func check() throws(StoreError) {
        if let trouble { throw StoreError(.replaced, trouble) }
    }

    private var trouble: String? {
        guard let now = FileIdentity(at: file.path) else {
            return "\(file.path) was moved or deleted while the run was under way, which ended without another write:"
                + " put it back, or set `database` to its new place"
        }
        guard now == file.identity else {
            return "\(file.path) was replaced by another file while the run was under way, which ended without another"
                + " write: stop the application and jobsweep before a backup is put back, and remove"
                + " \(file.writeAheadLogPath) and \(file.logIndexPath) of the old file with it"
        }
        for (path, known) in [(file.writeAheadLogPath, log), (file.logIndexPath, index)] {
            if let known, FileIdentity(at: path) != known {
                return "\(path) was removed or replaced while the database was open, and the run ended without another"
                    + " write: it is part of the database; restart the application, and leave the file to SQLite"
            }
        }
        return nil
    }
}
