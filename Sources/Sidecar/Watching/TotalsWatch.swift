import Sweeping

/// Keeps the totals at hand for scrapes, what other processes (`jobsweep run`) added included.
package final class TotalsWatch: Sendable {
    /// How soon another process's run shows.
    static let interval: Duration = .milliseconds(500)

    private let history: any RunHistory
    private let clock: any SweepClock
    private let live: LiveRun

    /// - Parameter live: where the totals are shown.
    package init(history: any RunHistory, live: LiveRun, clock: any SweepClock) {
        self.history = history
        self.live = live
        self.clock = clock
    }

    package func refresh() async {
        let turns = live.turns
        live.show(await history.totals(), askedAt: turns)
    }

    /// Refreshes until the task is cancelled.
    package func run() async {
        while !Task.isCancelled {
            await refresh()
            await clock.sleep(for: TotalsWatch.interval)
        }
    }
}
