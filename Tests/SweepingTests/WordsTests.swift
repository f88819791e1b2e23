import Sweeping
import Testing

@Suite("Statuses, types and operations")
struct WordsTests {
    @Test("a status is read in lower and in upper case and in no other")
    func statuses() {
        for status in JobStatus.allCases {
            for spelling in JobStatus.Spelling.allCases {
                let read = JobStatus.reading(status.spelled(spelling))
                #expect(read?.status == status)
                #expect(read?.spelling == spelling)
            }
            #expect(JobStatus.reading(status.rawValue.prefix(1).uppercased() + status.rawValue.dropFirst()) == nil)
            #expect(JobStatus.reading(" " + status.rawValue) == nil)
            #expect((status.isActive != status.isFinished) == (status != .cancelling))
        }
        #expect(JobStatus.active == [.running, .pending])
        #expect(JobStatus.finished == [.completed, .failed, .cancelled])
        #expect(!JobStatus.cancelling.isActive && !JobStatus.cancelling.isFinished)
        #expect(JobStatus.reading("archived") == nil)
    }

    static let labelsByType: [(String, String)] = [
        ("sync", "sync"), ("SYNC", "sync"), ("Non_AI_Analysis", "non_ai_analysis"), ("import", "import"),
        ("backup", "other"), ("", "other"), ("other", "other"),
        // The Kelvin sign is a K to Swift and to Unicode; to a database it is another letter.
        ("CHEC\u{212A}_STASH_GENERATE", "other"), ("chec\u{212A}_stash_generate", "other"), ("sync\0", "other"),
    ]

    @Test(
        "a type's label comes from a closed set",
        arguments: labelsByType)
    func labels(_ type: String, _ label: String) {
        #expect(JobType.label(for: Value(type)) == label)
    }

    @Test("the types are the seventeen that the application is known for")
    func types() {
        #expect(
            JobType.allCases.map(\.rawValue) == [
                "sync", "sync_scenes", "analysis", "apply_plan", "generate_details", "export", "import", "cleanup",
                "non_ai_analysis", "remove_orphaned_entities", "process_downloads", "stash_scan", "stash_generate",
                "check_stash_generate", "local_generate", "process_new_scenes", "test",
            ])
    }

    @Test("operations come in run order, each once, however they are asked for")
    func order() {
        #expect(
            SweepPolicy().operationNames.map(\.rawValue) == ["stale_jobs", "old_jobs", "old_downloads", "stuck_plans"])
        #expect(
            SweepPolicy().inRunOrder([.stuckPlans, .staleJobs, .stuckPlans, .oldJobs]) == [
                .staleJobs, .oldJobs, .stuckPlans,
            ])
    }

    @Test("the defaults are those of the contract")
    func defaults() {
        let policy = SweepPolicy()
        #expect(policy.enabledOperations == SweepPolicy().operationNames)
        #expect(StaleJobs().defaultTimeout == .minutes(30))
        #expect(StaleJobs().heartbeatGrace == .minutes(10))
        #expect(OldJobs.rule().retention == Retention(.days(30)))
        #expect(OldDownloads.rule().retention == Retention(.days(14)))
        #expect(policy.timeLimit == .minutes(5))
    }

    @Test("each operation can be switched off")
    func switches() {
        var settings = SettingValues()
        settings[StaleJobs.enabled] = false
        settings[OldDownloads.enabled] = false
        #expect(SweepPolicy(settings).enabledOperations == [.oldJobs, .stuckPlans])
        settings[OldJobs.enabled] = false
        settings[StuckPlans.enabled] = false
        #expect(SweepPolicy(settings).enabledOperations == [])
    }
}
