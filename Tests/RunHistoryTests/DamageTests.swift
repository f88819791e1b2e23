import Foundation
import Sweeping
import Testing

@testable import RunHistory

@Suite("State that is damaged, and state that only looks odd")
struct DamageTests {
    @Test(
        "a file that SQLite calls damaged is set aside and made anew, with a warning",
        arguments: ["text", "zeros", "middle"])
    func damaged(_ kind: String) async throws {
        let place = try StatePlace()
        _ = try await place.open().run("run-1")
        let url = URL(fileURLWithPath: place.file)
        switch kind {
        case "text": try Data(String(repeating: "no database ", count: 999).utf8).write(to: url)
        case "zeros": try Data(repeating: 0x5A, count: 8192).write(to: url)
        default:
            var bytes = try Data(contentsOf: url)
            bytes.replaceSubrange(4096..<bytes.count, with: Data(repeating: 0xA5, count: bytes.count - 4096))
            try bytes.write(to: url)
        }
        let again = try place.open()
        _ = await again.run("run-2", deleted: 2)
        #expect(await again.downloadsDeleted == 2)
        #expect(place.told.count == 1)
        #expect(place.told.first?.contains("is damaged") == true)
        #expect(place.told.first?.contains("was set aside as \(place.file).damaged-20260102T120000000") == true)
        #expect(place.files.contains("jobsweep.db.damaged-20260102T120000000"))
        #expect(await again.run(id: "run-2") != nil)
    }

    @Test(
        "what SQLite can read is never set aside, whatever stands in it",
        arguments: [
            "UPDATE total SET value = 'nonsense' WHERE metric = 'jobsweep_plans_reset_total'",
            "UPDATE total SET value = -7 WHERE metric LIKE '%bucket'",
            "UPDATE total SET value = 1e308 * 10 WHERE metric LIKE '%sum'",
            "UPDATE total SET labels = '{' WHERE metric = 'jobsweep_runs_total'",
            "DELETE FROM total WHERE metric LIKE '%run%'",
            "INSERT INTO total VALUES ('/data/app.db', 'later_total', '[\"a\", \"b\", \"c\"]', 9)",
            "INSERT INTO total VALUES ('/data/app.db', 'later_gauge', '[]', 0.5)",
            "UPDATE fact SET value = 'soon'", "ALTER TABLE fact ADD COLUMN later TEXT",
            "ALTER TABLE run ADD COLUMN later TEXT DEFAULT 'x'",
            "ALTER TABLE total ADD COLUMN later TEXT",
            "CREATE TABLE later (a)",
            "INSERT INTO grdb_migrations VALUES ('999: of a later version')",
            "UPDATE run SET figures = 'nonsense', report = '{', duration = 'long', progress = 1e9, message = x'ff'",
            "UPDATE totals SET document = '{'",
        ])
    func odd(_ change: String) async throws {
        let place = try StatePlace()
        let first = try place.open()
        _ = await first.run("run-1")
        try place.edit("INSERT INTO totals VALUES ('/data/app.db', '{}')")
        try place.edit(
            change.replacing(
                "INSERT INTO total VALUES (", with: "INSERT INTO total (database, metric, labels, value) VALUES ("))
        let again = try place.open()
        _ = await again.run("run-2")
        #expect(await again.downloadsDeleted == 10)
        #expect(await again.runs(phase: nil, limit: 9, offset: 0).runs.map(\.request.runID) == ["run-2", "run-1"])
        #expect(await again.lastScheduledStart() == StatePlace.noon)
        #expect(place.told == [])
        #expect(place.files.allSatisfy { !$0.contains("damaged") })
    }

    @Test("what this version doesn't know is kept as it was written")
    func unknown() async throws {
        let place = try StatePlace()
        _ = try await place.open().run("run-1")
        try place.edit(
            """
            INSERT INTO total VALUES ('/data/app.db', 'later_total', '["a"]', 9), ('/data/app.db', 'later_gauge', '[]', 0.5),
                ('/data/app.db', 'jobsweep_runs_total', '["schedule", "completed", "and more"]', 3),
                ('/data/app.db', 'jobsweep_run_duration_seconds_bucket', '["0.7"]', 4);
            """)
        let again = try place.open()
        #expect(await again.totals().runDuration.counts == [0, 0, 0, 0, 4, 1, 0, 0, 0, 0, 0, 0])
        _ = await again.run("run-2")
        #expect(await again.totals().runDuration.counts == [0, 0, 0, 0, 4, 2, 0, 0, 0, 0, 0, 0])
        let sql =
            "SELECT value FROM total WHERE metric LIKE 'later%' OR labels LIKE '%and more%' OR labels LIKE '%0.7%'"
        #expect(try place.values(sql) == ["4", "3", "0.5", "9"])
    }

    @Test("a record that can't be read is left out, told of once, and ends nothing")
    func records() async throws {
        let place = try StatePlace()
        let state = try place.open()
        for index in 1...5 { _ = await state.run("run-\(index)") }
        await state.begin(record("lost"))
        try place.edit(
            """
            UPDATE run SET "trigger" = 'comet' WHERE id IN ('run-1', 'lost');
            UPDATE run SET phase = 'floating' WHERE id = 'run-2';
            UPDATE run SET started_at = 'noon', finished_at = x'00', operations = x'ff' WHERE id = 'run-3';
            UPDATE run SET finished_at = 'later', operations = 'old_jobs,of_tomorrow', dry_run = 'no' WHERE id = 'run-4';
            """)
        for _ in 1...2 {
            let page = await state.runs(phase: nil, limit: 9, offset: 0)
            #expect(page.runs.map(\.request.runID) == ["run-5", "run-4"])
            #expect(page.total == 6)
        }
        #expect(place.told.count == 1)
        #expect(place.told.first?.contains("can't read") == true)
        #expect(await state.run(id: "run-4")?.request.operations.map(\.rawValue) == ["old_jobs", "of_tomorrow"])
        // A lost run of another version's trigger is closed all the same, and counted under it.
        await state.begin(record("next"))
        #expect(try place.values("SELECT phase FROM run WHERE id = 'lost'") == ["failed"])
        #expect(await state.totals().counts.count(MetricName.runs, ["comet", "failed"]) == 1)
    }

    @Test("the state of a newer version is refused with a sentence and left as it is")
    func newer() async throws {
        let place = try StatePlace()
        _ = try await place.open().run("run-1")
        try place.edit("PRAGMA user_version = 2; PRAGMA wal_checkpoint(TRUNCATE)")
        let before = try Data(contentsOf: URL(fileURLWithPath: place.file))
        let error = #expect(throws: StoreError.self) { try place.open() }
        #expect(error?.code == .newer)
        #expect(
            error?.message
                == "the state database \(place.file) was made by a newer version of jobsweep (its format is 2, this version"
                + " knows 1): use that version, or choose another directory with --state")
        #expect(try Data(contentsOf: URL(fileURLWithPath: place.file)) == before)
        #expect(place.files.allSatisfy { !$0.contains("damaged") })
    }

    @Test("a file that was replaced after the damaged one was opened isn't the one that is set aside")
    func replaced() throws {
        let place = try StatePlace()
        let file = StateFile(directory: place.directory)
        try file.prepareDirectory()
        try Data("one".utf8).write(to: URL(fileURLWithPath: place.file))
        let damaged = file.identity
        try FileManager.default.moveItem(atPath: place.file, toPath: place.folder + "/elsewhere")
        try Data("two".utf8).write(to: URL(fileURLWithPath: place.file))
        #expect(try file.setAside(damaged, at: StatePlace.noon) == nil)
        #expect(place.files == ["jobsweep.db"])
        #expect(try file.setAside(file.identity, at: StatePlace.noon) != nil)
    }
}
