import HTTPServer
import PrometheusText
import Sweeping
import Synchronization

/// Gathers what the metrics show, all of one moment, and renders it at most once for scrapes that come together.
package final class MetricsSource: Sendable {
    /// How long a rendering serves: scrapes that overlap share it, and one after another each get their own.
    static let freshness: Duration = .milliseconds(1)

    private struct Rendering {
        var at: Duration
        var body: SharedBody
    }

    private let gather: @Sendable () -> MetricsSnapshot
    private let clock: any SweepClock
    private let renderings = Mutex<[ExpositionFormat: Rendering]>([:])

    /// - Parameter gather: takes the snapshot; it must not wait for anything.
    package init(clock: any SweepClock, gather: @escaping @Sendable () -> MetricsSnapshot) {
        self.clock = clock
        self.gather = gather
    }

    package func families() -> [any MetricFamily] {
        gather().families
    }

    /// The exposition, made now or a moment ago.
    package func rendering(_ format: ExpositionFormat) -> SharedBody {
        renderings.withLock { renderings in
            let now = clock.uptime()
            if let recent = renderings[format], now - recent.at < MetricsSource.freshness { return recent.body }
            let body = SharedBody(Exposition.render(families(), format: format))
            renderings[format] = Rendering(at: now, body: body)
            return body
        }
    }
}
