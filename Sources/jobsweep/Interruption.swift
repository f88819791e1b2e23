import UnixSignals

/// Reacts to Ctrl-C and SIGTERM while something is being waited for.
enum Interruption {
    static func whileWaiting<Value: Sendable>(
        for work: @escaping @Sendable () async -> Value, onSignal: @escaping @Sendable () async -> Void
    ) async -> Value {
        let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
        let watcher = Task {
            for await _ in signals { await onSignal() }
        }
        defer { watcher.cancel() }
        return await work()
    }
}
