import HTTPServer
import PrometheusText
import Sweeping
import Synchronization

/// Gathers what the metrics show, all of one moment, and renders it at most once for scrapes that come together.
package final class MetricsSource: Sendable {
    /// How long a rendering serves: scrapes that overlap share it, and one after another each get their own.
    static let freshness: Duration = .milliseconds(1)

    /// How old a rendering may be that is given to those who ask while the next is being made.
    static let meanwhile: Duration = .milliseconds(5)

    private struct Rendering {
        var at: Duration
        var body: SharedBody
    }

    private struct State {
        var latest: [ExpositionFormat: Rendering] = [:]
        /// The formats of which somebody makes a rendering at the moment.
        var inTheMaking: Set<ExpositionFormat> = []
    }

    private let gather: @Sendable () -> MetricsSnapshot
    private let clock: any SweepClock
    private let state = Mutex(State())

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
        let begun = clock.uptime()
        let ready = state.withLock { state -> SharedBody? in
            let limit = state.inTheMaking.contains(format) ? MetricsSource.meanwhile : MetricsSource.freshness
            if let recent = state.latest[format], begun - recent.at < limit { return recent.body }
            state.inTheMaking.insert(format)
            return nil
        }
        if let ready { return ready }
        // Without the lock: a burst of scrapes isn't to queue up behind one rendering.
        let body = SharedBody(Exposition.render(families(), format: format))
        state.withLock { state in
            state.inTheMaking.remove(format)
            if let other = state.latest[format], other.at > begun { return }
            state.latest[format] = Rendering(at: begun, body: body)
        }
        return body
    }
}
