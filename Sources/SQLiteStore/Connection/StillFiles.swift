import Glibc

/// What the database's files looked like. As long as they still do, what was read without a lock was nobody's half-done work.
struct StillFiles: Sendable, Equatable {
    private struct Facts: Equatable {
        let identity: FileIdentity
        let bytes: Int64
        let seconds: Int
        let nanoseconds: Int
    }

    private let file: DatabaseFile
    private let database: Facts?
    private let log: Facts?
    private let hasIndex: Bool

    /// Where something was just written, waits until the next write would bear another time: the kernel's clock for files moves in
    /// steps, of 10 ms at most.
    init(_ file: DatabaseFile) {
        while StillFiles.wasJustWritten(file) { usleep(5_000) }
        self.init(now: file)
    }

    private init(now file: DatabaseFile) {
        self.file = file
        database = StillFiles.facts(file.path)
        log = StillFiles.facts(file.writeAheadLogPath)
        hasIndex = DatabaseFile.facts(file.logIndexPath) != nil
    }

    /// Whether nobody has touched them since.
    var areStill: Bool { StillFiles(now: file) == self }

    private static func facts(_ path: String) -> Facts? {
        DatabaseFile.facts(path).map {
            Facts(
                identity: FileIdentity($0), bytes: Int64($0.st_size), seconds: $0.st_mtim.tv_sec,
                nanoseconds: $0.st_mtim.tv_nsec)
        }
    }

    private static func wasJustWritten(_ file: DatabaseFile) -> Bool {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        return [file.path, file.writeAheadLogPath].contains { path in
            guard let facts = DatabaseFile.facts(path) else { return false }
            let age =
                Duration.seconds(now.tv_sec - facts.st_mtim.tv_sec)
                + .nanoseconds(now.tv_nsec - facts.st_mtim.tv_nsec)
            return age >= .zero && age < .milliseconds(20)
        }
    }
}
