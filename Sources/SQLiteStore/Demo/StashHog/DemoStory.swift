import Sweeping

/// The jobs that the demonstration has on purpose, beside its long history: at least one of every kind that a rule speaks of.
struct DemoStory {
    /// Run past their timeout and silent: they are settled.
    private(set) var stale: [DemoJob] = []
    /// Must stay as they are.
    private(set) var alive: [DemoJob] = []
    /// Finished, with something odd about them.
    private(set) var odd: [DemoJob] = []

    init(now: Timestamp, using random: inout DemoRandom) {
        func job(
            _ type: String, _ status: String, age: Duration, silence: Duration? = nil, progress: Int = 40
        ) -> DemoJob {
            .unfinished(
                type, status, age: age, silence: silence ?? age, progress: progress, now: now, using: &random)
        }
        stale = [
            job("sync", "running", age: .minutes(45), progress: 12), job("sync", "running", age: .hours(30)),
            job("analysis", "running", age: .hours(3)), job("analysis", "running", age: .hours(52), progress: 100),
            job("generate_details", "running", age: .minutes(50)), job("export", "running", age: .minutes(16)),
            job("import", "pending", age: .hours(2), progress: 0),
            job("apply_plan", "running", age: .days(4), progress: 100),
            job("STASH_SCAN", "RUNNING", age: .hours(5)), job("sync_scenes", "PENDING", age: .days(9), progress: 0),
            job("video_transcode", "running", age: .minutes(40)),
        ]
        alive = [
            job("sync", "running", age: .minutes(8)), job("analysis", "running", age: .minutes(35)),
            job("export", "running", age: .minutes(4)), job("import", "pending", age: .minutes(2), progress: 0),
            // Past their timeout, but their rows were touched a moment ago.
            job("analysis", "running", age: .hours(6), silence: .minutes(1), progress: 71),
            job("stash_generate", "running", age: .minutes(95), silence: .minutes(3), progress: 55),
            job("sync", "cancelling", age: .hours(7)),
        ]
        let old = now - .days(50)
        odd = [
            Self.finished("completed", old, Self.iso(old), &random),
            Self.finished("COMPLETED", old, DemoJob.text(old), &random),
            Self.finished("failed", old, Self.iso(old).replacing("Z", with: "+02:00"), &random),
            // These stay: no completion time, one that can't be read, a status of somebody else's.
            Self.finished("completed", old, nil, &random),
            Self.finished("completed", old, "sometime in autumn", &random),
            Self.finished("archived", old, DemoJob.text(old), &random),
        ]
    }

    private static func finished(
        _ status: String, _ instant: Timestamp, _ completedAt: String?, _ random: inout DemoRandom
    ) -> DemoJob {
        var job = DemoJob.finished(startingAt: instant - .hours(1), using: &random)
        job.status = status
        job.completedAt = completedAt
        return job
    }

    private static func iso(_ instant: Timestamp) -> String {
        DemoJob.text(instant).replacing(" ", with: "T") + "Z"
    }
}
