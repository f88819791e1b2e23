import Sweeping
import TestTools

/// A `MaintenanceStore` over a `FakeDatabase`.
struct FakeStore: MaintenanceStore {
    let database: FakeDatabase
    var clock: ManualClock
    var name: String { "fake" }

    func acquireLease(for holder: RunHolder) throws -> FakeLease {
        try database.state.withLock { state in
            if let error = state.script.lease { throw error }
            if let other = state.holder { throw RunRefusal.underWay(other) }
            state.holder = holder
        }
        return FakeLease(database: database)
    }

    func openSession(_ options: SessionOptions) async throws -> FakeSession {
        if let error = database.script.open { throw error }
        database.state.withLock { state in
            state.openSessions += 1
            state.sessionOptions = options
        }
        return FakeSession(database: database, clock: clock, options: options)
    }

    func inspect() async throws -> DatabaseSizes {
        DatabaseSizes(fileBytes: 0, freeBytes: 0, writeAheadLogBytes: 0)
    }

    func examine(_ work: [PlannedWork], at now: Timestamp, in zone: TimeZoneRules) async throws -> [Finding] { [] }
}

struct FakeLease: RunLease {
    let database: FakeDatabase

    func release() {
        database.state.withLock { $0.holder = nil }
    }
}
