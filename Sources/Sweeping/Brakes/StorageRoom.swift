/// What a file system has room for.
package struct StorageRoom: Sendable, Equatable {
    /// In words, for what it is needed: `the database`.
    package var purpose: String
    package var availableBytes: Int64
    package var totalBytes: Int64

    package init(for purpose: String, availableBytes: Int64, totalBytes: Int64) {
        self.purpose = purpose
        self.availableBytes = availableBytes
        self.totalBytes = totalBytes
    }

    /// Less than this is little on any file system.
    private static let least: Int64 = 64 << 20

    /// Whether a run has to make do with little: below 64 MB, or a hundredth of all.
    package var isScarce: Bool { availableBytes < StorageRoom.least || availableBytes < totalBytes / 100 }
}

extension PacingPolicy {
    /// Small batches, and a log that is emptied soon: what a run needs of the disk meanwhile is small too.
    var frugal: PacingPolicy {
        var pacing = self
        pacing.maxBatch = min(maxBatch, 100)
        pacing.walLimit = min(walLimit, 1 << 20)
        return pacing
    }
}
