import HTTPServer
import Scheduling
import ServiceLifecycle
import Sweeping
import UnixSignals

/// Everything that goes on while the sidecar serves.
struct SidecarService: Service {
    /// How long after the start everything has run that runs only once.
    static let settlingTime: Duration = .seconds(1)

    /// How long open requests have to come to their end once the last run is over.
    static let drainTime: Duration = .milliseconds(500)

    let parts: SidecarParts
    let configuration: LiveConfiguration
    let schedule: ScheduleLoop
    let server: HTTPServer
    let events: EventStreams
    /// SIGTERM and SIGINT.
    let endings: UnixSignalsSequence
    let hangUps: UnixSignalsSequence
    let manager: ServiceManager

    func run() async throws {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await parts.watch.run() }
            group.addTask { await parts.totals.run() }
            group.addTask { await events.run() }
            group.addTask { await parts.clockGuard.watch() }
            group.addTask { await parts.archives.watch() }
            group.addTask { await schedule.run() }
            group.addTask {
                for await _ in hangUps {
                    // Reloads that were asked for before the end keep nobody waiting.
                    guard !Task.isCancelled else { return }
                    manager.reloading(at: parts.clock.uptime())
                    _ = await configuration.reload()
                    manager.ready()
                }
            }
            group.addTask { await manager.watch(parts.clock, parts.health) }
            group.addTask {
                await parts.clock.sleep(for: SidecarService.settlingTime)
                ResidentMemory.release()
            }
            manager.ready()
            await untilEnd()
            manager.stopping()
            // The sweep first, so that its end is in the history and listeners hear of it.
            await parts.restoreRuns.endAll()
            await parts.coordinator.shutDown()
            await server.stop(drain: SidecarService.drainTime)
            group.cancelAll()
        }
    }

    /// Returns with the first signal to end, or when whoever runs this service wants it over.
    private func untilEnd() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                for await _ in endings { return }
            }
            group.addTask { try? await gracefulShutdown() }
            await group.next()
            group.cancelAll()
        }
    }
}
