import Sweeping
import Synchronization

/// The application's PostgreSQL database as a `MaintenanceStore`. It holds no connection: each run and each look opens its own.
package final class PostgresMaintenanceStore: MaintenanceStore {
    let address: PostgresAddress
    let notices: NoticeReceiver
    private let busyTimeout: Duration
    let limits: PressureLimits
    /// The lease of the run under way, whose connection is the one that writes.
    private let lease = Mutex<PostgresLease?>(nil)

    /// - Parameters:
    ///   - busyTimeout: how long a statement waits for other connections' locks.
    ///   - note: is told what the server has to say.
    package init(
        _ address: PostgresAddress, limits: PressureLimits = PressureLimits(),
        busyTimeout: Duration = SessionOptions.defaultBusyTimeout,
        note: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        self.address = address
        self.busyTimeout = busyTimeout
        self.limits = limits
        notices = NoticeReceiver(note)
    }

    package var name: String { address.name }

    package func acquireLease(for holder: RunHolder) async throws -> HeldLease {
        let taken = try await PostgresLease.take(address, for: holder, notices: notices)
        lease.withLock { $0 = taken }
        return HeldLease(taken) { [weak self] in
            self?.lease.withLock { if $0 === taken { $0 = nil } }
        }
    }

    package func openSession(_ options: SessionOptions) async throws -> PostgresSession {
        var options = options
        options.busyTimeout = min(options.busyTimeout, busyTimeout)
        return try await PostgresSession.open(
            address, under: lease.withLock(\.self), notices: notices, options: options, limits: limits)
    }

    /// Opens a connection for one look.
    func looking<Value: Sendable>(_ work: @escaping @Sendable (PostgresLink) throws -> Value) async throws -> Value {
        let connection = try await PostgresConnection.open(address, writing: false, notices: notices)
        let result: Result<Value, any Error>
        do {
            result = .success(try await connection.perform(work))
        } catch {
            result = .failure(StoreError(translating: error, database: name))
        }
        await connection.close()
        return try result.get()
    }

    package func inspect() async throws -> DatabaseSizes {
        try await looking { try DatabaseSizes(reading: $0) }
    }
}

/// A lease that its store knows of until it ends.
package struct HeldLease: RunLease {
    private let lease: PostgresLease
    private let onRelease: @Sendable () -> Void

    fileprivate init(_ lease: PostgresLease, onRelease: @escaping @Sendable () -> Void) {
        self.lease = lease
        self.onRelease = onRelease
    }

    package func release() async {
        onRelease()
        await lease.release()
    }
}
