import Glibc
import Sweeping
import Synchronization

/// A lease that is written down in a table, and renewed for as long as its run goes on.
final class WrittenLease: Sendable {
    private let table: LeaseTable
    private let holder: String
    private let election: Int64
    private let connection: PostgresConnection
    private let address: PostgresAddress
    private let notices: NoticeReceiver
    private let isLost = Mutex(false)
    private let renewals = Mutex<Task<Void, Never>?>(nil)

    private init(
        _ table: LeaseTable, _ holder: String, _ election: Int64, _ connection: PostgresConnection,
        _ address: PostgresAddress, _ notices: NoticeReceiver
    ) {
        self.table = table
        self.holder = holder
        self.election = election
        self.connection = connection
        self.address = address
        self.notices = notices
    }

    /// - Parameter isNeeded: whether nothing else keeps other runs off.
    /// - Returns: nil where it isn't needed and there is no table, or where nothing is to be written.
    /// - Throws: `RunRefusal.underWay`; `StoreError` with what is to be run where there is no table and it is needed.
    static func take(
        for holder: RunHolder, isNeeded: Bool, on connection: PostgresConnection, _ address: PostgresAddress,
        _ notices: NoticeReceiver
    ) async throws -> WrittenLease? {
        let name = holder.applicationName
        let found = try await connection.perform { link -> (LeaseTable, Int64)? in
            let table = try LeaseTable(in: link)
            guard table.exists || isNeeded else { return nil }
            // Who only looks changes nothing, and may be anybody.
            if holder.dryRun {
                if table.exists, !table.missing.contains("SELECT"), let other = try table.holder(in: link) {
                    throw RunRefusal.underWay(other)
                }
                return nil
            }
            if let remedy = table.remedy {
                throw StoreError(.cannotOpen, LeaseTable.refusal(address.name, isNeeded: isNeeded, remedy))
            }
            guard let election = try table.take(name, on: machine, in: link) else {
                throw RunRefusal.underWay(try table.holder(in: link))
            }
            link.fence = table.fence(name, election, of: address.name)
            return (table, election)
        }
        guard let (table, election) = found else { return nil }
        let lease = WrittenLease(table, name, election, connection, address, notices)
        lease.keepRenewing()
        return lease
    }

    /// What the machine calls itself.
    private static var machine: String? {
        var name = [CChar](repeating: 0, count: 256)
        guard gethostname(&name, name.count - 1) == 0 else { return nil }
        return String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// Every batch renews it, too; between them may lie a long time of reading or waiting. It is done on the connection that writes, so
    /// that it never meets a batch.
    private func keepRenewing() {
        let task = Task { [weak self] in
            while !Task.isCancelled {
                try? await Task.sleep(for: LeaseTable.renewal)
                guard !Task.isCancelled, let self, await renew() else { return }
            }
        }
        renewals.withLock { $0 = task }
    }

    /// - Returns: whether it still is this run's.
    private func renew() async -> Bool {
        let statement = table.renewing(holder, election)
        let renewed = try? await connection.perform { try $0.run(statement).changed }
        guard renewed == 1 else {
            isLost.withLock { $0 = true }
            return false
        }
        return true
    }

    /// - Throws: `StoreError` once a renewal has failed.
    func check() throws {
        if isLost.withLock(\.self) { throw StoreError.leaseLost(address.name) }
    }

    /// Gives it back, by another connection where the run's own was lost: nobody is to wait for it.
    func release() async {
        renewals.withLock { $0?.cancel() }
        let statement = table.releasing(holder, election)
        do {
            try await connection.perform { _ = try $0.run(statement) }
        } catch {
            guard let other = try? await PostgresConnection.open(address, writing: true, notices: notices) else {
                return
            }
            try? await other.perform { _ = try $0.run(statement) }
            await other.close()
        }
    }
}

extension LeaseTable {
    /// Why a run can't begin.
    static func refusal(_ database: String, isNeeded: Bool, _ remedy: String) -> String {
        isNeeded
            ? "advisory locks keep nobody off on \(database), so nothing keeps two runs apart but a table, \(name), that isn't"
                + " ready: its owner can run \(remedy)"
            : "\(database) has a table, \(name), that keeps runs apart, and this role may not use it: its owner can run \(remedy)"
    }
}
