import Sweeping

/// A lease that holds nothing.
struct NoLease: RunLease {
    func release() {}
}

/// A store whose lease can't even be asked for, as where the database was moved away.
struct LeaselessStore: MaintenanceStore {
    let name = "moved"

    func acquireLease(for holder: RunHolder) throws -> NoLease {
        throw StoreError(.missing, "there is no database")
    }

    func openSession(_ options: SessionOptions) async throws -> EmptySession { EmptySession() }

    func inspect() async throws -> DatabaseSizes { throw StoreError(.missing, "there is no database") }

    func examine(_ work: [PlannedWork], at now: Timestamp, in zone: TimeZoneRules) async throws -> [Finding] { [] }
}
