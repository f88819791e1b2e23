/// Everything that jobsweep has done to one database so far, and its last run: what the metrics show, kept across restarts.
package struct RunTotals: Sendable, Equatable {
    /// Upper bounds in seconds of the run duration's histogram.
    package static let runDurationBounds: [Double] = [0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 120, 300]
    /// Upper bounds in seconds of the histogram of write-lock times.
    package static let lockBounds: [Double] = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1]

    /// What is counted, by the metrics' names and labels. Names that this version doesn't know are kept.
    package var counts = LabelledCounts()
    package var runDuration = HistogramTotals(bounds: RunTotals.runDurationBounds)
    package var lockHeld = HistogramTotals(bounds: RunTotals.lockBounds)
    package var lastRun = LastRun()

    package init() {}

    /// Takes in a finished run. A dry run did nothing and counts for nothing.
    package mutating func add(_ report: RunReport) {
        guard !report.request.dryRun else { return }
        addRun(trigger: report.request.trigger.rawValue, status: report.status, errors: report.runErrorCount)
        runDuration.observe(report.duration.inSeconds)
        lockHeld.add(report.lockHeld)
        for (reason, pause) in report.waits.spans {
            counts.add(Int(pause.wholeMicroseconds), to: MetricName.pauses, [reason.rawValue])
        }
        counts.merge(report.counts)
        lastRun.take(report)
    }

    package mutating func addSkippedRun(_ reason: SkippedRunReason, count: Int = 1) {
        counts.add(count, to: MetricName.runsSkipped, [reason.rawValue])
    }

    /// Takes in a run whose process ended before it did.
    /// - Parameters:
    ///   - trigger: as it was written down, by whatever version.
    ///   - counts: what it had done by its last batch, as far as that is known.
    package mutating func addLostRun(trigger: String, counts: LabelledCounts) {
        addRun(trigger: trigger, status: .failed, errors: 1)
        self.counts.merge(counts)
    }

    private mutating func addRun(trigger: String, status: RunStatus, errors: Int) {
        counts.add(to: MetricName.runs, [trigger, status.rawValue])
        if errors > 0 { counts.add(errors, to: MetricName.errors, [RunError.runLabel]) }
    }
}

extension RunReport {
    /// What its operations add to the totals.
    package var counts: LabelledCounts {
        var counts = LabelledCounts()
        for (operation, result) in results {
            counts.merge(result.counts)
            for (reason, count) in result.skipped {
                counts.add(count, to: MetricName.rowsSkipped, [operation.rawValue, reason.rawValue])
            }
            counts.add(result.errorCount, to: MetricName.errors, [operation.rawValue])
        }
        for operation in catalogue where operation.deletes {
            guard let result = results[operation.name] else { continue }
            counts.add(result.rowsChanged, to: MetricName.rowsDeleted, [operation.name.rawValue])
            counts.add(result.dependents, to: MetricName.dependentsDeleted, [operation.name.rawValue])
        }
        return counts
    }
}
