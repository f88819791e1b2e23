import CSQLite
import GRDB

/// A connection to an application's database, and what has to be known to close it without a trace.
final class OpenConnection: Sendable {
    /// What closing does to the write-ahead log, where this is the last connection.
    enum Closing {
        /// As SQLite does: the log is moved into the database and goes.
        case tidies
        /// The log stays to the byte.
        case leavesLog
        /// There was none: what SQLite made goes again, unless the application has written into it.
        case tidiesEmptyLog
    }

    let queue: DatabaseQueue
    private let file: DatabaseFile
    private let closing: Closing
    /// Nil where SQLite's own locks guard what is read.
    private let still: StillFiles?

    init(_ queue: DatabaseQueue, to file: DatabaseFile, closing: Closing, still: StillFiles? = nil) {
        self.queue = queue
        self.file = file
        self.closing = closing
        self.still = still
    }

    var isShared: Bool { still == nil }

    /// Whether what was read so far counts: without locks, it doesn't once somebody else has come.
    var isGood: Bool { still?.areStill ?? true }

    /// - Parameter leavingLog: moves and deletes nothing, since the log isn't this connection's any more.
    func close(leavingLog: Bool = false) {
        if leavingLog || leavesLog {
            queue.inDatabase { database in
                _ = csqlite_leave_log_on_close(database.sqliteConnection)
            }
        }
        guard still == nil else {
            OutsideDescriptors.whenUnlocked(file.identity) { [queue] in try? queue.close() }
            return
        }
        try? queue.close()
        OutsideDescriptors.connectionClosed(to: file.identity)
    }

    private var leavesLog: Bool {
        switch closing {
        case .tidies: false
        case .leavesLog: true
        case .tidiesEmptyLog: file.writeAheadLogBytes > 0
        }
    }
}
