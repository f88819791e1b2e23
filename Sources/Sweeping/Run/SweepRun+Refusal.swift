extension SweepRun {
    /// The same run, over before it began: its session is closed, and its report says why.
    package func refused(because error: StoreError) async -> SweepRun {
        if case .ready(let session) = opening { await session.close() }
        return SweepRun(
            request: request, startedAt: startedAt, startUptime: startUptime, opening: .failed(error), lease: lease,
            archive: archive,
            policy: policy, brakes: brakes, clock: clock, control: control, onProgress: onProgress, onBatch: onBatch)
    }
}
