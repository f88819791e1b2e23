import HTTPServer
import PrometheusText
import Sweeping

/// Everything that the metrics show, of one moment.
package struct MetricsSnapshot: Sendable {
    package var operations = OperationMetrics.standard
    package var totals = RunTotals()
    /// The run under way; nil when idle.
    package var current: RunRecord?
    package var database = DatabaseWatch.View()
    package var archives = RunArchives.View()
    package var isClockSuspect = false
    /// Unix time in seconds; 0 when none is due.
    package var nextRun: Double = 0
    /// Seconds.
    package var interval: Double = 0
    package var reload = ReloadState()
    package var logLinesDropped = 0
    /// Unix time in seconds; nil without TLS.
    package var certificateExpiry: Double?
    package var requests: [RequestCounter.Key: Int] = [:]
    package var process: ProcessFacts
    package var build: BuildFacts

    /// How the last attempts to load the configuration went.
    package struct ReloadState: Sendable, Equatable {
        package var succeeded = true
        /// Unix time in seconds.
        package var lastSuccess: Double = 0

        package init() {}
    }

    /// Versions.
    package struct BuildFacts: Sendable, Equatable {
        package var sqlite: String
        package var microhttpd: String
    }

    var families: [any MetricFamily] {
        sweepFamilies + lastRunFamilies + sidecarFamilies + processFamilies
    }

    private var sweepFamilies: [any MetricFamily] {
        operations.counted.map { counter($0, totals.counts[$0.name]) } + [
            counter(MetricCatalogue.pauses, totals.counts[MetricName.pauses], unit: 1_000_000),
            histogram(MetricCatalogue.runDuration, totals.runDuration),
            histogram(MetricCatalogue.writeLock, totals.lockHeld),
        ]
    }

    private var lastRunFamilies: [any MetricFamily] {
        let last = totals.lastRun
        // A run counts as the last from its start on; a dry run is none.
        let start = current.flatMap { $0.request.dryRun ? nil : $0.startedAt.unixSeconds } ?? last.start
        return [
            gauge(operations.lastDuration, known(last.durations)),
            gauge(operations.lastRows, known(last.rows.mapValues(Double.init))),
            gauge(
                operations.backlog,
                last.backlog(of: operations.operations, whileUp: database.isUp).mapValues {
                    $0.map(Double.init) ?? .nan
                }),
            // Whoever switched an operation off has decided: nothing waits for them any more.
            gauge(
                operations.held,
                last.held.filter { held in operations.enabled.contains { $0.rawValue == held.key } }
                    .mapValues(Double.init)),
            gauge(MetricCatalogue.lastStart, start),
            gauge(MetricCatalogue.lastCompletion, last.completion),
            gauge(MetricCatalogue.lastSuccess, last.success),
        ]
    }

    /// Those of operations that there are: another configuration had others.
    private func known(_ values: [String: Double]) -> [String: Double] {
        values.filter { value in operations.operations.contains { $0.rawValue == value.key } }
    }

    private var sidecarFamilies: [any MetricFamily] {
        var answers = CounterFamily(MetricCatalogue.requests)
        for (key, count) in requests { answers.setTotal(Double(count), labels: [key.handler, String(key.code)]) }
        var dropped = CounterFamily(MetricCatalogue.logLinesDropped)
        dropped.setTotal(Double(logLinesDropped))
        var info = GaugeFamily(MetricCatalogue.buildInfo)
        info.set(1, labels: [Version.number, Version.swift, build.sqlite, build.microhttpd])
        let sizes = database.sizes
        let pages = sizes.flatMap { $0.hasPages ? $0 : nil }
        return [
            gauge(MetricCatalogue.nextRun, nextRun),
            gauge(MetricCatalogue.interval, interval),
            gauge(MetricCatalogue.running, current == nil ? 0 : 1),
            gauge(MetricCatalogue.isUp, database.isUp == true ? 1 : 0),
            gauge(MetricCatalogue.databaseSize, sizes.map { Double($0.fileBytes) } ?? .nan),
            gauge(MetricCatalogue.databaseFree, pages.map { Double($0.freeBytes) } ?? .nan),
            gauge(MetricCatalogue.databaseLog, pages.map { Double($0.writeAheadLogBytes) } ?? .nan),
            gauge(MetricCatalogue.archiveBytes, Double(archives.bytes)),
            gauge(MetricCatalogue.archiveOldest, archives.oldest?.unixSeconds ?? 0),
            gauge(MetricCatalogue.lastUnarchived, Double(totals.lastRun.unarchived)),
            gauge(MetricCatalogue.clockSuspect, isClockSuspect ? 1 : 0),
            gauge(MetricCatalogue.reloadSuccessful, reload.succeeded ? 1 : 0),
            gauge(MetricCatalogue.reloadTime, reload.lastSuccess),
            dropped, answers, info,
        ] + serverFamilies + (certificateExpiry.map { [gauge(MetricCatalogue.certificateExpiry, $0)] } ?? [])
    }

    /// Those that only a server has, once it was seen. While it can't be, nothing of it is known.
    private var serverFamilies: [any MetricFamily] {
        guard let server = database.server else { return [] }
        var info = GaugeFamily(MetricCatalogue.databaseInfo)
        info.set(1, labels: [server.kind.lowercased(), server.version, server.isPooled ? "yes" : "no"])
        return [info]
            + MetricCatalogue.databaseFacts.map { descriptor in
                let fact = database.sizes?.facts.first { descriptor.name.hasPrefix("jobsweep_database_\($0.name)") }
                return gauge(descriptor, fact?.value.map(Double.init) ?? .nan)
            }
    }

    private var processFamilies: [any MetricFamily] {
        var cpu = CounterFamily(MetricCatalogue.cpu)
        cpu.setTotal(process.cpuSeconds)
        return [
            cpu,
            gauge(MetricCatalogue.resident, process.residentBytes),
            gauge(MetricCatalogue.virtual, process.virtualBytes),
            gauge(MetricCatalogue.openFiles, Double(process.openFiles)),
            gauge(MetricCatalogue.fileLimit, process.fileLimit),
            gauge(MetricCatalogue.processStart, process.startTime),
        ]
    }
}

private func gauge(_ descriptor: MetricDescriptor, _ value: Double) -> GaugeFamily {
    var family = GaugeFamily(descriptor)
    family.set(value)
    return family
}

private func gauge(_ descriptor: MetricDescriptor, _ values: [String: Double]) -> GaugeFamily {
    var family = GaugeFamily(descriptor)
    for (label, value) in values { family.restore(value, labels: [label]) }
    return family
}

/// - Parameter unit: how many of what was counted make one of the metric's.
private func counter(_ descriptor: MetricDescriptor, _ counts: [[String]: Int], unit: Double = 1) -> CounterFamily {
    var family = CounterFamily(descriptor)
    for (labels, count) in counts { family.setTotal(Double(count) / unit, labels: labels) }
    return family
}

private func histogram(_ descriptor: MetricDescriptor, _ totals: HistogramTotals) -> HistogramFamily {
    var family = HistogramFamily(descriptor)
    if case .histogram(totals.bounds) = descriptor.kind { family.restore(counts: totals.counts, sum: totals.sum) }
    return family
}
