import Sweeping
import TestTools
import Testing

@Suite("The report's JSON")
struct RunReportCodingTests {
    @Test("a run's report, whole")
    func run() async throws {
        let database = FakeDatabase(
            jobs: [
                job("s1", type: "SYNC", started: .ago(.seconds(2712)), updated: .ago(.hours(1))),
                job("s2", type: "backup", progress: 100, started: .ago(.days(1)), updated: .null),
                job("alive", started: .ago(.hours(2)), updated: .ago(.minutes(1))),
                oldJob("o1"), oldJob("o2"), oldJob("o3"),
            ],
            downloads: [oldDownload("d1"), oldDownload("d2")], plans: [FakeDatabase.Plan(id: "7", jobID: "s1")],
            script: .init(
                refused: ["o2": "FOREIGN KEY constraint failed", "d2": "kept"], changed: ["o3"],
                cost: { _ in .microseconds(2500) }))
        let report = try await Sweep(database).run()
        let expected = """
            {
              "archive" : null,
              "cleaned_job_details" : [
                {
                  "elapsed_minutes" : 45.2,
                  "job_id" : "s1",
                  "job_type" : "sync",
                  "status" : "failed",
                  "timeout_minutes" : 30
                },
                {
                  "elapsed_minutes" : 1440,
                  "job_id" : "s2",
                  "job_type" : "backup",
                  "status" : "completed",
                  "timeout_minutes" : 30
                }
              ],
              "cleaned_jobs" : 2,
              "dependents_deleted" : {
                "old_downloads" : 0,
                "old_jobs" : 0
              },
              "dry_run" : false,
              "duration_seconds" : 0.0525,
              "errors" : [
                {
                  "error" : "FOREIGN KEY constraint failed",
                  "job_id" : "o2",
                  "operation" : "old_jobs"
                },
                {
                  "error" : "row d2: kept",
                  "job_id" : null,
                  "operation" : "old_downloads"
                }
              ],
              "finished_at" : "2026-01-02T12:00:00.052Z",
              "held" : [

              ],
              "old_downloads_deleted" : 1,
              "old_jobs_deleted" : 1,
              "operations" : [
                "stale_jobs",
                "old_jobs",
                "old_downloads",
                "stuck_plans"
              ],
              "pauses" : {
                "application" : 0.035,
                "autovacuum" : 0,
                "checkpoint" : 0,
                "replication" : 0,
                "snapshot" : 0,
                "throttle_query" : 0
              },
              "rows_deleted" : {
                "old_downloads" : 1,
                "old_jobs" : 1
              },
              "run_id" : "run-1",
              "skipped" : {
                "alive" : 1,
                "changed" : 1
              },
              "started_at" : "2026-01-02T12:00:00.000Z",
              "status" : "completed_with_errors",
              "stuck_plans_updated" : 1,
              "trigger" : "cli"
            }
            """
        #expect(try json(report) == expected)
    }

    @Test("a dry run's report has samples, and names rows whose times can't be read")
    func dryRun() async throws {
        let database = FakeDatabase(
            jobs: [
                job("s1", started: .ago(.seconds(2712)), updated: .ago(.hours(1))),
                job("s2", type: "analysis", status: "RUNNING", progress: 100, started: .ago(.hours(2))),
                oldJob("o1", status: "FAILED"), job("u1", status: "failed", completed: .unreadable),
            ],
            downloads: [oldDownload("1")],
            plans: [
                FakeDatabase.Plan(id: "7", jobID: "s1"), FakeDatabase.Plan(id: "8", jobID: nil),
                FakeDatabase.Plan(id: "9", jobID: "gone"), FakeDatabase.Plan(id: "10", jobID: "o1"),
            ])
        let report = try await Sweep(database).run(dryRun: true)
        let expected = """
            {
              "archive" : null,
              "cleaned_job_details" : [
                {
                  "elapsed_minutes" : 45.2,
                  "job_id" : "s1",
                  "job_type" : "sync",
                  "status" : "failed",
                  "timeout_minutes" : 30
                },
                {
                  "elapsed_minutes" : 120,
                  "job_id" : "s2",
                  "job_type" : "analysis",
                  "status" : "completed",
                  "timeout_minutes" : 60
                }
              ],
              "cleaned_jobs" : 2,
              "dependents_deleted" : {
                "old_downloads" : 0,
                "old_jobs" : 0
              },
              "dry_run" : true,
              "duration_seconds" : 0,
              "errors" : [

              ],
              "finished_at" : "2026-01-02T12:00:00.000Z",
              "held" : [

              ],
              "old_downloads_deleted" : 1,
              "old_jobs_deleted" : 1,
              "operations" : [
                "stale_jobs",
                "old_jobs",
                "old_downloads",
                "stuck_plans"
              ],
              "pauses" : {
                "application" : 0,
                "autovacuum" : 0,
                "checkpoint" : 0,
                "replication" : 0,
                "snapshot" : 0,
                "throttle_query" : 0
              },
              "rows_deleted" : {
                "old_downloads" : 1,
                "old_jobs" : 1
              },
              "run_id" : "run-1",
              "samples" : {
                "old_downloads" : [
                  {
                    "id" : "1",
                    "note" : "handled at 2025-12-18T12:00:00.000Z"
                  }
                ],
                "old_jobs" : [
                  {
                    "id" : "o1",
                    "note" : "sync, failed at 2025-12-02T12:00:00.000Z"
                  }
                ],
                "stale_jobs" : [
                  {
                    "id" : "s1",
                    "note" : "sync, failed after 45.2 minutes"
                  },
                  {
                    "id" : "s2",
                    "note" : "analysis, completed after 120.0 minutes"
                  }
                ],
                "stuck_plans" : [
                  {
                    "id" : "7",
                    "note" : "its job s1 is running, but stale"
                  },
                  {
                    "id" : "8",
                    "note" : "waits for no job"
                  },
                  {
                    "id" : "9",
                    "note" : "its job doesn't exist"
                  },
                  {
                    "id" : "10",
                    "note" : "its job o1 is failed"
                  }
                ]
              },
              "skipped" : {
                "alive" : 0,
                "changed" : 0,
                "unreadable" : 1
              },
              "started_at" : "2026-01-02T12:00:00.000Z",
              "status" : "completed",
              "stuck_plans_updated" : 4,
              "trigger" : "cli",
              "unreadable_rows" : {
                "old_jobs" : [
                  "u1"
                ]
              }
            }
            """
        #expect(try json(report) == expected)
    }

    @Test("a timeout that is no whole number of minutes is printed as it is")
    func brokenTimeout() throws {
        var operation = StaleJobs()
        operation.defaultTimeout = .seconds(90)
        let row = job("1", type: "backup", started: .ago(.seconds(92))).row(for: operation)
        guard case .change(let change) = operation.judge(at: .noon)(row) else {
            Issue.record("the job is stale")
            return
        }
        #expect(
            try json(change.detail) == """
                {
                  "elapsed_minutes" : 1.5,
                  "job_id" : "1",
                  "job_type" : "backup",
                  "status" : "failed",
                  "timeout_minutes" : 1.5
                }
                """)
    }

    @Test("an error of the run itself is called so")
    func runError() throws {
        #expect(
            try json(RunError(operation: nil, message: "over")) == """
                {
                  "error" : "over",
                  "job_id" : null,
                  "operation" : "run"
                }
                """)
    }
}
