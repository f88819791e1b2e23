/// How hard a run may lean on the database while the application writes to it.
package struct PacingPolicy: Sendable, Equatable {
    /// What one batch may hold the write lock for; the batch size follows it. SQLite's waiting writers try again 1, 3, 8 and 18 ms
    /// after their first try: after a batch of this length, or half as much again, they are all in within a window of 11 ms, and none has
    /// waited for more than 18. With what lies between two batches both together stay near `WakingWindow.beat`, which is what several
    /// writers need (docs/pace.md has the figures of the simulation).
    package var lockTarget: Duration = .milliseconds(10)
    /// What a dry run may do again with the lock, each time that it tries more rows, of what it has tried before and taken back.
    package var longestRehearsal: Duration { lockTarget * 4 }
    /// The shortest pause between two batches, in which the application's waiting writers get in.
    package var pause: Duration = .milliseconds(2)
    /// What the first batches may have in bytes, until it is known what a byte costs; a row that has more is a batch of its own.
    package var firstBytes = 64 << 10
    /// The most rows that one batch may change.
    package var maxBatch = 5_000
    /// The write-ahead log's size in bytes above which a run waits for a checkpoint before it writes on.
    package var walLimit = 32 * 1024 * 1024

    package init() {}
}
