/// How hard a run may lean on the database while the application writes to it.
package struct PacingPolicy: Sendable, Equatable {
    /// What one batch may hold the write lock for; the batch size follows it. SQLite's waiting writers try again 1, 3, 8 and 18 ms
    /// after their first try: a batch of this length lets them in after 8, also one that takes twice as long after 18.
    package var lockTarget: Duration = .milliseconds(7)
    /// The shortest pause between two batches, in which the application's waiting writers get in.
    package var pause: Duration = .milliseconds(2)
    /// The most rows that one batch may change.
    package var maxBatch = 5_000
    /// The write-ahead log's size in bytes above which a run waits for a checkpoint before it writes on.
    package var walLimit = 32 * 1024 * 1024

    package init() {}
}
