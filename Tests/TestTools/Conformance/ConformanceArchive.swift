import Sweeping
import Testing

/// The archive: every row before it goes or changes, and back again.
extension StoreRequirement {
    func keptAndPutBack(_ fixture: some ConformanceFixture) async throws {
        try fixture.insert(job: active("a1"), error: "old")
        for id in ["f1", "f2"] {
            try fixture.insert(job: finished(id), error: "of \(id)")
            try fixture.insertHistory(ofJob: id)
        }
        try fixture.insert(download: 1, at: Self.now - .days(15), ofJob: "f1")
        try fixture.insert(plan: 1, status: "PENDING", jobID: nil)
        let archive = ArchiveMemory()
        try await withSession(of: fixture.store, archive: archive) { session in
            try await takeAll(session, ["f1", "f2"])
        }
        #expect(
            archive.counts == [
                "job": 3, "daemon_job_history": 2, "handled_downloads": 1, "analysis_plan": 1,
            ])
        #expect(archive.missed.isEmpty)
        let kept = archive.units.reversed().filter { !$0.isEmpty }
        for dryRun in [true, false] {
            try await withSession(of: fixture.store, dryRun: dryRun) { session in
                for rows in kept {
                    let results = try await session.putBack(rows, within: .seconds(600)).results
                    #expect(results == rows.map { _ in .done })
                }
            }
            let first = try fixture.job("f1")
            #expect((first == nil) == dryRun)
        }
        func isAsItWas() throws {
            #expect(try fixture.job("a1")?.record == active("a1"))
            #expect(try fixture.job("a1")?.error == "old")
            #expect(try fixture.job("f2")?.record == finished("f2"))
            #expect(try fixture.job("f2")?.error == "of f2")
            #expect(try fixture.historyCount() == 2)
            #expect(try fixture.downloadIDs() == [1])
            #expect(try fixture.planStatuses() == [1: "PENDING"])
        }
        try isAsItWas()
        try await withSession(of: fixture.store) { session in
            for rows in kept {
                let results = try await session.putBack(rows, within: .seconds(600)).results
                #expect(results == rows.map { _ in .present })
            }
            #expect(try await session.putBack([], within: .seconds(1)).results == [])
            // What came back is what it was, so it is taken again.
            try await takeAll(session, ["f1", "f2"])
        }
        #expect(try fixture.job("f1") == nil)
    }

    func refusedRowsAreNotKept(_ fixture: some ConformanceFixture) async throws {
        let ids = (0..<9).map { "f\($0)" }
        for id in ids { try fixture.insert(job: finished(id), error: nil) }
        try fixture.protect(job: "f3")
        let archive = ArchiveMemory()
        try await withSession(of: fixture.store, archive: archive) { session in
            _ = try await session.deleteJobs(keys(await finishedRows(session), ids))
        }
        #expect(archive.counts == ["job": 8])
        #expect(!archive.units.joined().contains { $0.name == "job f3" })
        #expect(archive.missed.isEmpty)
    }

    func obstaclesAreTold(_ fixture: some ConformanceFixture) async throws {
        for id in ["a1", "a2", "a3"] { try fixture.insert(job: active(id), error: "old") }
        for id in ["f1", "f2"] {
            try fixture.insert(job: finished(id), error: nil)
            try fixture.insertHistory(ofJob: id)
        }
        let archive = ArchiveMemory()
        try await withSession(of: fixture.store, archive: archive) { session in
            let active = try keys(await activeRows(session), ["a1", "a2", "a3"])
            _ = try await session.settle(active.map { ($0, Self.failure) }, at: Self.now)
            _ = try await session.deleteJobs(keys(await finishedRows(session), ["f1", "f2"]))
        }
        try fixture.set(job: "a1", progress: 99)
        try fixture.delete(job: "a2")
        try fixture.insert(job: active("f1"), error: nil)
        var found: [String: PutBack] = [:]
        try await withSession(of: fixture.store) { session in
            for rows in archive.units.reversed() where !rows.isEmpty {
                let results = try await session.putBack(rows, within: .seconds(600)).results
                for (row, result) in zip(rows, results) where row.table.table.name == "job" { found[row.name] = result }
            }
        }
        #expect(
            found == [
                "job a1": .changed, "job a2": .gone, "job a3": .done, "job f1": .taken, "job f2": .done,
            ])
        #expect(try fixture.job("a3")?.record == active("a3"))
        #expect(try fixture.job("f1")?.record == active("f1"))
        // Without its parent a row stays where it is.
        try fixture.delete(job: "f2")
        try await withSession(of: fixture.store) { session in
            let children = archive.units.joined().filter { $0.table.table.name == "daemon_job_history" }
            let results = try await session.putBack(children, within: .seconds(600)).results
            #expect(results.count { $0 == .orphan } == 1)
            #expect(results.count { $0 == .present } == 1)
        }
        #expect(try fixture.historyCount() == 1)
    }

    private func takeAll<Session: MaintenanceSession>(_ session: Session, _ finished: [String]) async throws {
        let active = try keys(await activeRows(session), ["a1"])
        #expect(try await session.settle([(active[0], Self.failure)], at: Self.now).rows == [.done])
        let jobs = try keys(await finishedRows(session), finished)
        let results = try await session.deleteJobs(jobs).rows
        #expect(results == finished.map { _ in .done })
        let downloads = try await session.downloads(before: Self.now - .days(14), after: nil, limit: 9)
        #expect(try await session.deleteDownloads(downloads.rows.map(\.key)).rows == [.done])
        let plans = try await session.pendingPlans(after: nil, limit: 9)
        #expect(try await session.resetPlans(plans.rows.map(\.key), at: Self.now).rows == [.done])
    }
}
