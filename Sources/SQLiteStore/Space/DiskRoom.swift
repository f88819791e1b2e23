import Glibc
import Sweeping

/// What this user may still write on the file system of a directory.
package struct DiskRoom: Sendable, Equatable {
    /// Tells file systems apart.
    package var fileSystem: UInt64
    package var availableBytes: Int64
    package var totalBytes: Int64

    package init(fileSystem: UInt64, availableBytes: Int64, totalBytes: Int64 = 0) {
        self.fileSystem = fileSystem
        self.availableBytes = availableBytes
        self.totalBytes = totalBytes
    }

    package func storage(for purpose: String) -> StorageRoom {
        StorageRoom(for: purpose, availableBytes: availableBytes, totalBytes: totalBytes)
    }

    /// Asks the kernel. What is reserved for root doesn't count, and quotas aren't seen.
    /// - Throws: `StoreError`.
    package static func of(_ directory: String) throws(StoreError) -> DiskRoom {
        var figures = statvfs()
        guard let facts = DatabaseFile.facts(directory), statvfs(directory, &figures) == 0 else {
            throw StoreError(
                .inputOutput, "cannot ask how much room is left in \(directory): \(String(cString: strerror(errno)))")
        }
        func bytes(_ blocks: fsblkcnt_t) -> Int64 {
            let bytes = UInt64(blocks).multipliedReportingOverflow(by: UInt64(figures.f_frsize))
            return bytes.overflow ? .max : Int64(clamping: bytes.partialValue)
        }
        return DiskRoom(
            fileSystem: UInt64(facts.st_dev), availableBytes: bytes(figures.f_bavail),
            totalBytes: bytes(figures.f_blocks))
    }

    /// Whether nothing more goes onto the disk that a file is on, not even a log's index (32 KiB at first).
    static func isUsedUp(of path: String) -> Bool {
        guard let room = try? of(path) else { return false }
        return room.availableBytes < 64 << 10
    }
}
