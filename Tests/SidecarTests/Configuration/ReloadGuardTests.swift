import Sweeping
import Testing

@testable import Sidecar

/// What a reload refuses, and what it warns of.
@Suite struct ReloadGuardTests {
    private static let old = """
        database: /data/app.db
        schedule: {every: 1h}
        operations:
          old_jobs: {keep: 365d, keep_by_type: {export: 7d}}
          old_downloads: {keep: 90d}
        tables: {jobs: {table: tasks}}
        """

    static let losses: [(file: String, losses: [String])] = [
        (old, []),
        (old + "\nlog: {level: debug}", []),
        (
            "",
            [
                "jobsweep.yml: the file is empty, and it had database, schedule, operations, tables: write the settings back, or restart "
                    + "jobsweep where the defaults are meant"
            ]
        ),
        (
            "# nothing but a comment\n---\n",
            [
                "jobsweep.yml: the file is empty, and it had database, schedule, operations, tables: write the settings back, or restart "
                    + "jobsweep where the defaults are meant"
            ]
        ),
        ("database: /data/app.db", ["schedule", "operations", "tables"].map(gone)),
        (
            """
            schedule: {every: 1h}
            operations: {stale_jobs: {enabled: true}}
            tables: {plans: {table: p}}
            """, ["operations.old_jobs", "operations.old_downloads", "tables.jobs"].map(gone)
        ),
        // A value may go: that is one change, which is told of.
        (
            "schedule: {jitter: 1s}\noperations: {old_jobs: {keep: 1d}, old_downloads: {enabled: true}}\ntables: {jobs: {id: x}}",
            []
        ),
    ]

    private static func gone(_ section: String) -> String {
        "jobsweep.yml: the section '\(section)' is gone, which the file had: write it back, with the defaults where those are meant, or "
            + "restart jobsweep to go on without it"
    }

    @Test(arguments: losses) func aFileThatLostSomething(_ file: String, _ losses: [String]) throws {
        #expect(try Loading(file).load().losses(since: Loading(ReloadGuardTests.old).load()) == losses)
    }

    @Test func aFileThatWasEmptyMayStayEmpty() throws {
        #expect(try Loading("").load().losses(since: Loading("# nothing yet").load()) == [])
        #expect(try Loading().load().losses(since: Loading().load()) == [])
    }

    @Test func whatWasTakenOverIsWhatCanBeLost() throws {
        let before = try Loading("log: {level: debug}").load()
        let after = before.reloaded(with: try Loading(ReloadGuardTests.old).load())
        #expect(try Loading("log: {level: debug}").load().losses(since: after).count == 3)
    }

    static let retentions: [(old: String, new: String, said: [String])] = [
        ("old_jobs: {keep: 365d}", "old_jobs: {keep: 365d}", []),
        ("old_jobs: {keep: 30d}", "old_jobs: {keep: 365d}", []),
        (
            "old_jobs: {keep: 365d}", "old_jobs: {keep: 30d}",
            ["old_jobs deletes finished jobs after 30d, and not after 365d"]
        ),
        (
            "old_jobs: {enabled: false}", "old_jobs: {enabled: true}",
            ["old_jobs deletes finished jobs after 30d, which were kept so far"]
        ),
        ("old_jobs: {keep: 365d}", "old_jobs: {enabled: false, keep: 1d}", []),
        (
            "old_jobs: {keep_by_status: {failed: 90d}}", "old_jobs: {keep: 30d}",
            ["old_jobs deletes failed jobs after 30d, and not after 90d"]
        ),
        (
            "old_jobs: {keep_by_type: {export: 90d}, keep_by_status: {failed: 60d}}",
            "old_jobs: {keep_by_type: {export: 40d}, keep_by_status: {failed: 60d}}",
            [
                "old_jobs deletes completed jobs of type export after 40d, and not after 90d",
                "old_jobs deletes failed jobs of type export after 60d, and not after 90d",
                "old_jobs deletes cancelled jobs of type export after 40d, and not after 90d",
            ]
        ),
        // A type that gets a time of its own, shorter than the general one.
        (
            "old_jobs: {keep: 30d}", "old_jobs: {keep_by_type: {sync: 7d}}",
            ["old_jobs deletes finished jobs of type sync after 7d, and not after 30d"]
        ),
        // One that loses it gets the longer general one.
        ("old_jobs: {keep_by_type: {sync: 7d}}", "old_jobs: {keep: 30d}", []),
        (
            "old_downloads: {keep: 90d}", "old_downloads: {keep: 14d}",
            ["old_downloads deletes records of downloads after 14d, and not after 90d"]
        ),
        (
            "old_downloads: {enabled: false}", "old_downloads: {keep: 14d}",
            ["old_downloads deletes records of downloads after 14d, which were kept so far"]
        ),
    ]

    @Test(arguments: retentions) func aRetentionThatGotShorter(_ old: String, _ new: String, _ said: [String]) throws {
        let before = try Loading("operations: {\(old)}").load().sweep
        let after = try Loading("operations: {\(new)}").load().sweep
        #expect(after.shorterRetentions(since: before).map(\.description) == said)
    }
}
