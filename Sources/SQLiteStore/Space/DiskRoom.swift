import Glibc
import Sweeping

/// What this user may still write on the file system of a directory.
package struct DiskRoom: Sendable, Equatable {
    /// Tells file systems apart.
    package var fileSystem: UInt64
    package var availableBytes: Int64

    package init(fileSystem: UInt64, availableBytes: Int64) {
        self.fileSystem = fileSystem
        self.availableBytes = availableBytes
    }

    /// Asks the kernel. What is reserved for root doesn't count, and quotas aren't seen.
    /// - Throws: `StoreError`.
    package static func of(_ directory: String) throws(StoreError) -> DiskRoom {
        var figures = statvfs()
        guard let facts = DatabaseFile.facts(directory), statvfs(directory, &figures) == 0 else {
            throw StoreError(
                .inputOutput, "cannot ask how much room is left in \(directory): \(String(cString: strerror(errno)))")
        }
        let available = UInt64(figures.f_bavail).multipliedReportingOverflow(by: UInt64(figures.f_frsize))
        return DiskRoom(
            fileSystem: UInt64(facts.st_dev),
            availableBytes: available.overflow ? .max : Int64(clamping: available.partialValue))
    }
}
