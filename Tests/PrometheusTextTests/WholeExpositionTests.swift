import Testing

@testable import PrometheusText

/// Every kind of metric in one exposition, in each format.
@Suite struct WholeExpositionTests {
    private let families: [any MetricFamily]

    init() {
        var stale = CounterFamily(
            MetricDescriptor(
                name: "app_stale_jobs_total", kind: .counter, help: "Stale jobs settled.", labels: [jobType, outcome]))
        stale.increment(labels: ["sync", "failed"])
        stale.increment(by: 2, labels: ["sync", "failed"])
        stale.increment(by: 0.5, labels: ["analysis", "completed"])
        var requests = CounterFamily(
            MetricDescriptor(
                name: "app_requests_total", kind: .counter, help: "Requests with a \\, a \"\" and\na second line.",
                labels: [MetricLabel(name: "handler"), MetricLabel(name: "code")]))
        requests.increment(labels: ["/", "404"])
        requests.increment(by: 7, labels: ["C:\\a \"b\"\nc", "200"])
        requests.increment(labels: ["/", "200"])
        var time = GaugeFamily(
            MetricDescriptor(name: "app_next_run_timestamp_seconds", kind: .gauge, help: "When it is due."))
        time.set(1_764_000_000.25)
        var took = HistogramFamily(
            MetricDescriptor(
                name: "app_run_duration_seconds", kind: .histogram(buckets: [0.1, 1, 300]), help: "How long runs took.",
                labels: [MetricLabel(name: "trigger", values: ["schedule", "api"])]))
        for value in [0.05, 0.1, 0.2, 300, 301] { took.observe(value, labels: ["schedule"]) }
        var info = GaugeFamily(
            MetricDescriptor(
                name: "app_build_info", kind: .info, help: "Versions.",
                labels: [MetricLabel(name: "version"), MetricLabel(name: "swift_version")]))
        info.set(1, labels: ["1.2.3", "6.3"])
        let empty = CounterFamily(
            MetricDescriptor(
                name: "app_empty_total", kind: .counter, help: "Nothing yet.", labels: [MetricLabel(name: "x")]))
        families = [stale, requests, time, took, info, empty]
    }

    @Test func text() {
        #expect(
            rendered(families, .text) == #"""
                # HELP app_build_info Versions.
                # TYPE app_build_info gauge
                app_build_info{version="1.2.3",swift_version="6.3"} 1
                # HELP app_empty_total Nothing yet.
                # TYPE app_empty_total counter
                # HELP app_next_run_timestamp_seconds When it is due.
                # TYPE app_next_run_timestamp_seconds gauge
                app_next_run_timestamp_seconds 1764000000.25
                # HELP app_requests_total Requests with a \\, a "" and\na second line.
                # TYPE app_requests_total counter
                app_requests_total{handler="/",code="200"} 1
                app_requests_total{handler="/",code="404"} 1
                app_requests_total{handler="C:\\a \"b\"\nc",code="200"} 7
                # HELP app_run_duration_seconds How long runs took.
                # TYPE app_run_duration_seconds histogram
                app_run_duration_seconds_bucket{trigger="api",le="0.1"} 0
                app_run_duration_seconds_bucket{trigger="api",le="1"} 0
                app_run_duration_seconds_bucket{trigger="api",le="300"} 0
                app_run_duration_seconds_bucket{trigger="api",le="+Inf"} 0
                app_run_duration_seconds_sum{trigger="api"} 0
                app_run_duration_seconds_count{trigger="api"} 0
                app_run_duration_seconds_bucket{trigger="schedule",le="0.1"} 2
                app_run_duration_seconds_bucket{trigger="schedule",le="1"} 3
                app_run_duration_seconds_bucket{trigger="schedule",le="300"} 4
                app_run_duration_seconds_bucket{trigger="schedule",le="+Inf"} 5
                app_run_duration_seconds_sum{trigger="schedule"} 601.35
                app_run_duration_seconds_count{trigger="schedule"} 5
                # HELP app_stale_jobs_total Stale jobs settled.
                # TYPE app_stale_jobs_total counter
                app_stale_jobs_total{job_type="analysis",outcome="completed"} 0.5
                app_stale_jobs_total{job_type="analysis",outcome="failed"} 0
                app_stale_jobs_total{job_type="other",outcome="completed"} 0
                app_stale_jobs_total{job_type="other",outcome="failed"} 0
                app_stale_jobs_total{job_type="sync",outcome="completed"} 0
                app_stale_jobs_total{job_type="sync",outcome="failed"} 3

                """#)
    }

    @Test func openMetrics() {
        #expect(
            rendered(families, .openMetrics) == #"""
                # TYPE app_build info
                # HELP app_build Versions.
                app_build_info{version="1.2.3",swift_version="6.3"} 1
                # TYPE app_empty counter
                # HELP app_empty Nothing yet.
                # TYPE app_next_run_timestamp_seconds gauge
                # UNIT app_next_run_timestamp_seconds seconds
                # HELP app_next_run_timestamp_seconds When it is due.
                app_next_run_timestamp_seconds 1764000000.25
                # TYPE app_requests counter
                # HELP app_requests Requests with a \\, a \"\" and\na second line.
                app_requests_total{handler="/",code="200"} 1
                app_requests_total{handler="/",code="404"} 1
                app_requests_total{handler="C:\\a \"b\"\nc",code="200"} 7
                # TYPE app_run_duration_seconds histogram
                # UNIT app_run_duration_seconds seconds
                # HELP app_run_duration_seconds How long runs took.
                app_run_duration_seconds_bucket{trigger="api",le="0.1"} 0
                app_run_duration_seconds_bucket{trigger="api",le="1.0"} 0
                app_run_duration_seconds_bucket{trigger="api",le="300.0"} 0
                app_run_duration_seconds_bucket{trigger="api",le="+Inf"} 0
                app_run_duration_seconds_sum{trigger="api"} 0
                app_run_duration_seconds_count{trigger="api"} 0
                app_run_duration_seconds_bucket{trigger="schedule",le="0.1"} 2
                app_run_duration_seconds_bucket{trigger="schedule",le="1.0"} 3
                app_run_duration_seconds_bucket{trigger="schedule",le="300.0"} 4
                app_run_duration_seconds_bucket{trigger="schedule",le="+Inf"} 5
                app_run_duration_seconds_sum{trigger="schedule"} 601.35
                app_run_duration_seconds_count{trigger="schedule"} 5
                # TYPE app_stale_jobs counter
                # HELP app_stale_jobs Stale jobs settled.
                app_stale_jobs_total{job_type="analysis",outcome="completed"} 0.5
                app_stale_jobs_total{job_type="analysis",outcome="failed"} 0
                app_stale_jobs_total{job_type="other",outcome="completed"} 0
                app_stale_jobs_total{job_type="other",outcome="failed"} 0
                app_stale_jobs_total{job_type="sync",outcome="completed"} 0
                app_stale_jobs_total{job_type="sync",outcome="failed"} 3
                # EOF

                """#)
    }

    @Test func nothingAtAll() {
        #expect(rendered([], .text) == "")
        #expect(rendered([], .openMetrics) == "# EOF\n")
    }

    /// `runs` and `runs_skipped` change places with the `_total` behind them.
    @Test func familiesAreSortedByTheNameThatTheFormatShows() {
        let families = ["runs_total", "runs_skipped_total", "ran_total"].map { counter($0, help: "x") }
        #expect(
            rendered(families, .text).split(separator: "\n").filter { $0.hasPrefix("# TYPE") } == [
                "# TYPE ran_total counter", "# TYPE runs_skipped_total counter", "# TYPE runs_total counter",
            ])
        #expect(
            rendered(families, .openMetrics).split(separator: "\n").filter { $0.hasPrefix("# TYPE") } == [
                "# TYPE ran counter", "# TYPE runs counter", "# TYPE runs_skipped counter",
            ])
    }

    @Test(arguments: ExpositionFormat.allCases) func theOrderInWhichFamiliesComeDoesNotMatter(format: ExpositionFormat)
    {
        #expect(rendered(families, format) == rendered(families.reversed(), format))
    }
}
