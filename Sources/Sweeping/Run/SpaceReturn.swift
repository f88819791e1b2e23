/// The last part of a run: gives unused space back to the disk in short steps, at the run's own pace, where the application has
/// set its database up for that.
///
/// The operations are through by then, so whatever ends it early is no error of the run, and the next run goes on.
struct SpaceReturn<Session: MaintenanceSession> {
    let session: Session
    /// Whether this run made space.
    let hasDeleted: Bool
    /// Called once, when there is something to do.
    let onStart: () -> Void

    /// A run that deleted nothing writes only where at least so many bytes are unused.
    static var floorBytes: Int64 { 1024 * 1024 }

    /// - Returns: nil when there is nothing to do.
    func run(in context: inout PassContext) async -> ReturnedSpace? {
        let unused: UnusedSpace
        do {
            unused = try await session.spaceToGiveBack()
        } catch {
            return ReturnedSpace(bytes: 0, leftBytes: 0, end: end(by: error, context))
        }
        guard unused.units > 0, hasDeleted || unused.bytes >= Self.floorBytes else { return nil }
        onStart()
        var returned = ReturnedSpace(bytes: 0, leftBytes: unused.bytes, end: .done)
        do {
            // What the application frees meanwhile is the next run's: this one's work has an end.
            while returned.leftBytes > 0 {
                try context.checkStop()
                await context.makeRoom(session)
                try context.checkStop()
                let units = min(Int(returned.leftBytes / unused.unitBytes), context.pacer.batchSize)
                let outcome = try await session.giveBackSpace(units)
                context.note(outcome, of: units)
                let bytes = Int64(outcome.rows.count) * unused.unitBytes
                returned.bytes += bytes
                returned.leftBytes = bytes > 0 ? max(0, returned.leftBytes - bytes) : 0
            }
        } catch {
            returned.end = end(by: error, context)
        }
        // The file itself becomes shorter only when the log's content is moved into it.
        if returned.bytes > 0 { _ = try? await session.relieveLog() }
        return returned
    }

    /// Waiting for a lock ends when the run is to end: then that is the reason, not the lock.
    private func end(by error: any Error, _ context: PassContext) -> ReturnedSpace.End {
        do {
            try context.checkStop()
            return .failed("\(error)")
        } catch {
            return error as? StopReason == .cancelled ? .cancelled : .timeLimit
        }
    }
}

/// Space that a run gave back to the disk, in bytes.
package struct ReturnedSpace: Sendable, Equatable {
    package enum End: Sendable, Equatable {
        case done
        case cancelled
        case timeLimit
        /// The database was locked for too long, or failed; with the reason.
        case failed(String)

        /// A word for logs, or the reason of a failure.
        package var text: String {
            switch self {
            case .done: "done"
            case .cancelled: "cancelled"
            case .timeLimit: "time limit"
            case .failed(let reason): reason
            }
        }
    }

    package var bytes: Int64
    /// What is left to the next run.
    package var leftBytes: Int64
    package var end: End

    package init(bytes: Int64, leftBytes: Int64, end: End) {
        self.bytes = bytes
        self.leftBytes = leftBytes
        self.end = end
    }
}
