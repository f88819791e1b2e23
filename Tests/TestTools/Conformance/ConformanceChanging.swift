import Sweeping
import Testing

/// Batches: what is written, what stands guard, what is refused.
extension StoreRequirement {
    func jobsAreSettled(_ fixture: some ConformanceFixture) async throws {
        try fixture.insert(job: active("a1"), error: "old")
        try fixture.insert(job: active("a2", status: "RUNNING", progress: 100), error: "old")
        try fixture.insert(job: active("a3"), error: "old")
        try await withSession(of: fixture.store) { session in
            let keys = try keys(await activeRows(session), ["a1", "a2"])
            let outcome = try await session.settle([(keys[0], Self.failure), (keys[1], Self.completion)], at: Self.now)
            #expect(outcome.rows == [.done, .done])
            #expect(outcome.locksHeld.count == 1)
        }
        var first = active("a1", status: "failed")
        first.completedAt = .at(Self.now)
        first.updatedAt = .at(Self.now)
        var second = active("a2", status: "COMPLETED", progress: 100)
        second.completedAt = .at(Self.now)
        second.updatedAt = .at(Self.now)
        #expect(try fixture.job("a1")?.record == first)
        #expect(try fixture.job("a1")?.error == "Job timed out after 120.0 minutes")
        #expect(try fixture.job("a2")?.record == second)
        #expect(try fixture.job("a2")?.error == nil)
        #expect(try fixture.job("a3")?.record == active("a3"))
        #expect(try fixture.job("a3")?.error == "old")
    }

    func settlingIsGuarded(_ fixture: some ConformanceFixture) async throws {
        for id in ["a1", "a2", "a3", "a4", "a5"] { try fixture.insert(job: active(id), error: nil) }
        try await withSession(of: fixture.store) { session in
            let keys = try keys(await activeRows(session), ["a1", "a2", "a3", "a4", "a5"])
            try fixture.set(job: "a1", status: "completed")
            try fixture.touch(job: "a2", at: Self.now)
            try fixture.set(job: "a3", progress: 41)
            try fixture.delete(job: "a4")
            let outcome = try await session.settle(keys.map { ($0, Self.failure) }, at: Self.now)
            #expect(outcome.rows == [.changed, .changed, .changed, .changed, .done])
        }
        #expect(try fixture.job("a1")?.record.status == "completed")
        #expect(try fixture.job("a2")?.record.status == "running")
        #expect(try fixture.job("a3")?.record.status == "running")
        #expect(try fixture.job("a4") == nil)
        #expect(try fixture.job("a5")?.record.status == "failed")
    }

    func jobsAreDeleted(_ fixture: some ConformanceFixture) async throws {
        for id in ["f1", "f2", "f3"] {
            try fixture.insert(job: finished(id), error: nil)
            try fixture.insertHistory(ofJob: id)
        }
        try await withSession(of: fixture.store) { session in
            let keys = try keys(await finishedRows(session), ["f1", "f3"])
            #expect(try await session.deleteJobs(keys).rows == [.done, .done])
            #expect(try await session.deleteJobs(keys).rows == [.changed, .changed])
        }
        #expect(try fixture.job("f1") == nil)
        #expect(try fixture.job("f2")?.record == finished("f2"))
        #expect(try fixture.job("f3") == nil)
        #expect(try fixture.historyCount() == 1)
    }

    func deletionIsGuarded(_ fixture: some ConformanceFixture) async throws {
        for id in ["f1", "f2", "f3"] { try fixture.insert(job: finished(id), error: nil) }
        try await withSession(of: fixture.store) { session in
            let keys = try keys(await finishedRows(session), ["f1", "f2", "f3"])
            try fixture.set(job: "f1", status: "running")
            try fixture.touch(job: "f2", at: Self.now)
            #expect(try await session.deleteJobs(keys).rows == [.changed, .changed, .done])
        }
        #expect(try fixture.job("f1")?.record.status == "running")
        #expect(try fixture.job("f2") != nil)
        #expect(try fixture.job("f3") == nil)
    }

    func refusedRows(_ fixture: some ConformanceFixture) async throws {
        let ids = (0..<9).map { "f\($0)" }
        for id in ids { try fixture.insert(job: finished(id), error: nil) }
        try fixture.protect(job: "f3")
        try fixture.protect(job: "f7")
        for dryRun in [true, false] {
            try await withSession(of: fixture.store, dryRun: dryRun) { session in
                let outcome = try await session.deleteJobs(keys(await finishedRows(session), ids))
                let refused = outcome.rows.map { if case .refused(let reason) = $0 { !reason.isEmpty } else { false } }
                #expect(refused == ids.map { $0 == "f3" || $0 == "f7" })
                #expect(outcome.rows.count { $0 == .done } == 7)
            }
            #expect(try ids.filter { try fixture.job($0) != nil } == (dryRun ? ids : ["f3", "f7"]))
        }
    }

    func downloadsAreDeleted(_ fixture: some ConformanceFixture) async throws {
        for id in 1...4 { try fixture.insert(download: id, at: Self.now - .days(15), ofJob: nil) }
        try await withSession(of: fixture.store) { session in
            let rows = try await allRows {
                try await session.downloads(before: Self.now - .days(14), after: $0, limit: $1)
            }.sorted { $0.record.id < $1.record.id }
            try fixture.set(download: 2, at: Self.now)
            #expect(try await session.deleteDownloads(rows.map(\.key)).rows == [.done, .changed, .done, .done])
        }
        #expect(try fixture.downloadIDs() == [2])
    }

    func plansAreReset(_ fixture: some ConformanceFixture) async throws {
        for id in ["f1", "f2"] { try fixture.insert(job: finished(id), error: nil) }
        for id in 1...3 { try fixture.insert(plan: id, status: "PENDING", jobID: "f1") }
        try fixture.insert(plan: 4, status: "PENDING", jobID: nil)
        try fixture.insert(plan: 5, status: "PENDING", jobID: "f2")
        try await withSession(of: fixture.store) { session in
            let rows = try await allRows { try await session.pendingPlans(after: $0, limit: $1) }
                .sorted { $0.record.id < $1.record.id }
            try fixture.set(plan: 2, status: "APPLIED")
            try fixture.set(plan: 3, jobID: "f2")
            // The job of plan 5 came to life.
            try fixture.set(job: "f2", status: "RUNNING")
            let outcome = try await session.resetPlans(rows.map(\.key), at: Self.now)
            #expect(outcome.rows == [.done, .changed, .changed, .done, .changed])
        }
        #expect(try fixture.planStatuses() == [1: "DRAFT", 2: "APPLIED", 3: "PENDING", 4: "DRAFT", 5: "PENDING"])
    }

    func dryRuns(_ fixture: some ConformanceFixture) async throws {
        try fixture.insert(job: active("a1"), error: "old")
        try fixture.insert(job: finished("f1"), error: nil)
        try fixture.insert(download: 1, at: Self.now - .days(15), ofJob: nil)
        try fixture.insert(plan: 1, status: "PENDING", jobID: "a1")
        try await withSession(of: fixture.store, dryRun: true) { session in
            let active = try keys(await activeRows(session), ["a1"])
            #expect(try await session.settle([(active[0], Self.failure)], at: Self.now).rows == [.done])
            #expect(try await session.deleteJobs(keys(await finishedRows(session), ["f1"])).rows == [.done])
            let downloads = try await session.downloads(before: Self.now - .days(14), after: nil, limit: 9)
            #expect(try await session.deleteDownloads(downloads.rows.map(\.key)).rows == [.done])
            let plans = try await session.pendingPlans(after: nil, limit: 9)
            #expect(try await session.resetPlans(plans.rows.map(\.key), at: Self.now).rows == [.done])
        }
        #expect(try fixture.job("a1")?.record == active("a1"))
        #expect(try fixture.job("a1")?.error == "old")
        #expect(try fixture.job("f1")?.record == finished("f1"))
        #expect(try fixture.downloadIDs() == [1])
        #expect(try fixture.planStatuses() == [1: "PENDING"])
    }

    func emptyBatches(_ fixture: some ConformanceFixture) async throws {
        try await withSession(of: fixture.store) { session in
            #expect(try await session.settle([], at: Self.now).rows == [])
            #expect(try await session.deleteJobs([]).rows == [])
            #expect(try await session.deleteDownloads([]).rows == [])
            #expect(try await session.resetPlans([], at: Self.now).rows == [])
            try await session.tidyUp()
            #expect(try await session.relieveLog() ?? 0 >= 0)
        }
    }
}
