import Sweeping
import TestTools
import Testing

@testable import SQLiteStore

@Suite("What makes rows dear, and how many there are")
struct CostTests {
    @Test(
        "missing indexes and triggers of every table that a deletion reaches are named; an update's are those of its own table"
    )
    func causes() async throws {
        let database = try ApplicationDatabase(
            schema: Tables.all
                + """
                CREATE TABLE step (id INTEGER PRIMARY KEY, job_id TEXT REFERENCES job (id) ON DELETE CASCADE);
                CREATE INDEX step_job ON step (job_id);
                CREATE TABLE detail (step_id INTEGER REFERENCES step (id) ON DELETE SET NULL);
                CREATE TABLE other (plan_id INTEGER REFERENCES analysis_plan (id));
                CREATE TRIGGER noted AFTER UPDATE OF status ON job BEGIN SELECT 1; END;
                CREATE TRIGGER loosened AFTER UPDATE ON detail BEGIN SELECT 1; END;
                CREATE TRIGGER planned AFTER UPDATE ON analysis_plan BEGIN SELECT 1; END;
                """)
        try await withSession(of: database.store()) { session in
            func causes(_ selection: Selection, _ action: RowAction) async throws -> [String] {
                try await session.causesOfCost(TableChange(of: selection, action, now: ApplicationDatabase.now))
            }
            let deletion = try await causes(Sweeps.oldJobs(before: ApplicationDatabase.now), .delete)
            #expect(
                deletion == [
                    "daemon_job_history.job_id refers to job and has no index, so all of daemon_job_history is read",
                    "detail.step_id refers to step and has no index, so all of detail is read",
                    "the trigger loosened on detail", "the trigger noted on job",
                ])
            let plans = StuckPlans()
            let reset = try await causes(plans.selection(at: ApplicationDatabase.now), plans.action)
            #expect(reset == ["the trigger planned on analysis_plan"])
        }
    }

    @Test("the examination names what is dear beside the keys that lead to the rows themselves")
    func advised() async throws {
        let database = try ApplicationDatabase(
            schema: Tables.all
                + """
                CREATE TABLE step (id INTEGER PRIMARY KEY, job_id TEXT REFERENCES job (id) ON DELETE CASCADE);
                CREATE INDEX step_job ON step (job_id);
                CREATE TABLE detail (step_id INTEGER REFERENCES step (id) ON DELETE SET NULL);
                CREATE TRIGGER noted AFTER DELETE ON step BEGIN SELECT 1; END;
                """)
        let findings = try await database.examine().filter { $0.message.contains("costs beside itself") }
        #expect(
            findings == [
                Finding(
                    .advice, "old_jobs",
                    "what each of the jobs that it deletes costs beside itself: detail.step_id, which refers to the step rows"
                        + " that go along, has no index, so all of detail is read for each: its developers can add CREATE INDEX"
                        + " \"ix_detail_step_id\" ON \"detail\" (\"step_id\"); the trigger noted on step runs along")
            ])
    }

    @Test("the rows of a selection are counted in steps, as far as the time goes", arguments: Journal.allCases)
    func counting(_ journal: Journal) async throws {
        let database = try ApplicationDatabase(journal, schema: Tables.all)
        try database.execute(
            """
            WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 12000)
            INSERT INTO job (id, status, completed_at) SELECT i, 'completed', '2020-01-01 00:00:00' FROM n;
            INSERT INTO job (id, status, completed_at) VALUES ('new', 'completed', '2026-01-02 00:00:00');
            """)
        try await withSession(of: database.store()) { session in
            let selection = Sweeps.oldJobs(before: ApplicationDatabase.now - .days(30))
            let scan = try await session.perform {
                try TableRows(selection, session.schema, session.times, session.gone, in: $0).scan
            }
            let whole = try await session.perform { try scan.count(until: .seconds(1_000_000_000), in: $0) }
            #expect(whole == RowCount(12_000))
            // No time at all: nothing is known.
            let none = try await session.perform { try scan.count(until: .zero, in: $0) }
            #expect(none == RowCount(0, isLeast: true))
            #expect(try await session.count(selection, within: .zero).isLeast)
        }
    }
}
