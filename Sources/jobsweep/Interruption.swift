import Sweeping
import UnixSignals

/// Reacts to Ctrl-C and SIGTERM while something is being waited for.
enum Interruption {
    static func whileWaiting<Value: Sendable, Trouble: Error>(
        for work: @escaping @Sendable () async throws(Trouble) -> Value, onSignal: @escaping @Sendable () async -> Void
    ) async throws(Trouble) -> Value {
        let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
        let watcher = Task {
            for await _ in signals { await onSignal() }
        }
        defer { watcher.cancel() }
        return try await work()
    }

    /// The same for a VACUUM.
    static func whileVacuuming<Value: Sendable>(
        _ work: @escaping @Sendable (RunControl) async throws -> Value
    ) async throws -> Value {
        let control = RunControl()
        return try await whileWaiting {
            try await work(control)
        } onSignal: {
            Console.notice("jobsweep: VACUUM is being ended")
            control.cancel()
        }
    }
}
