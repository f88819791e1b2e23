import RowArchive
import Sweeping

/// What is kept of what runs take away, and for how long.
package struct ArchiveSettings: Sendable, Equatable {
    package var enabled = true
    package var keep: Duration = .days(7)
    /// Bytes that all archives of the database have together.
    package var maxSize = 512_000_000
    package var whenFull = ArchiveWriter.WhenFull.goOn

    package init() {}
}

extension SettingsCatalogue {
    static let archive: [Setting] = [
        .value(
            "archive.enabled", \.archive.enabled, .boolean, .live,
            "Whether what a run deletes or changes is kept first, so that `jobsweep restore` can put it back."),
        .value(
            "archive.keep", \.archive.keep, .duration(.hours(1)...longest, such: "7d"), .live,
            "How long what a run took away can be put back."),
        .value(
            "archive.max_size", \.archive.maxSize, .bytes((1 << 20)...(1 << 50)), .live,
            "The most that the archives take together; the oldest runs' go first."),
        .value(
            "archive.when_full", \.archive.whenFull, .word, .live,
            "What a run does that alone outgrows max_size, finds less than 5 % or 1 MB of the disk free, or meets rows that can't be kept: "
                + "`continue` without an archive of them, which its report says, or `stop` before they go."),
    ]
}
