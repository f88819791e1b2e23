import Testing

@testable import PrometheusText

@Suite struct NamingRulesTests {
    @Test(
        arguments: [
            ("jobs_total", .counter), ("a_total", .counter), ("process_cpu_seconds_total", .counter), ("up", .gauge),
            ("U2_x", .gauge), ("build_info", .info), ("took_seconds", .histogram(buckets: [0, 0.5, 1])),
        ] as [(String, MetricDescriptor.Kind)])
    func goodMetrics(name: String, kind: MetricDescriptor.Kind) {
        #expect(NamingRules.problem(name: name, kind: kind, help: "x", labels: [open, outcome]) == nil)
    }

    @Test(
        arguments: [
            ("", .gauge, "the metric  must be letters, digits and underscores, and not begin with a digit"),
            ("9lives", .gauge, "the metric 9lives must be letters, digits and underscores, and not begin with a digit"),
            ("a-b", .gauge, "the metric a-b must be letters, digits and underscores, and not begin with a digit"),
            ("a b", .gauge, "the metric a b must be letters, digits and underscores, and not begin with a digit"),
            ("a:b", .gauge, "the metric a:b must be letters, digits and underscores, and not begin with a digit"),
            (
                "caf\u{E9}", .gauge,
                "the metric caf\u{E9} must be letters, digits and underscores, and not begin with a digit"
            ),
            ("_up", .gauge, "the metric _up must not begin with an underscore: those are reserved"),
            ("jobs", .counter, "the counter jobs must end in _total"),
            ("build", .info, "the info build must end in _info"),
            ("jobs_total_total", .counter, "the metric jobs_total_total must not have the ending _total there"),
            ("jobs_count_total", .counter, "the metric jobs_count_total must not have the ending _count there"),
            ("jobs_total", .gauge, "the metric jobs_total must not have the ending _total there"),
            ("jobs_info", .gauge, "the metric jobs_info must not have the ending _info there"),
            ("jobs_created", .gauge, "the metric jobs_created must not have the ending _created there"),
            ("jobs_bucket", .gauge, "the metric jobs_bucket must not have the ending _bucket there"),
            ("jobs_sum", .histogram(buckets: [1]), "the metric jobs_sum must not have the ending _sum there"),
            ("took", .histogram(buckets: []), "the histogram took has no buckets"),
            ("took", .histogram(buckets: [1, 1]), "the buckets of took must ascend"),
            ("took", .histogram(buckets: [2, 1]), "the buckets of took must ascend"),
            ("took", .histogram(buckets: [-1, 1]), unboundedBuckets),
            ("took", .histogram(buckets: [-0.0]), unboundedBuckets),
            ("took", .histogram(buckets: [1, .infinity]), unboundedBuckets),
            ("took", .histogram(buckets: [.nan]), unboundedBuckets),
        ] as [(String, MetricDescriptor.Kind, String)])
    func badMetrics(name: String, kind: MetricDescriptor.Kind, problem: String) {
        #expect(NamingRules.problem(name: name, kind: kind, help: "x", labels: []) == problem)
    }

    @Test func badHelpAndLabels() {
        #expect(NamingRules.problem(name: "up", kind: .gauge, help: "", labels: []) == "the metric up has no help text")
        #expect(
            NamingRules.problem(name: "up", kind: .gauge, help: "x", labels: [open, outcome, open])
                == "the metric up has a label twice")
        #expect(
            NamingRules.problem(
                name: "took", kind: .histogram(buckets: [1]), help: "x", labels: [MetricLabel(name: "le")])
                == "the histogram took must not have a label le")
        #expect(NamingRules.problem(name: "up", kind: .gauge, help: "x", labels: [MetricLabel(name: "le")]) == nil)
    }

    @Test(
        arguments: [
            ("job_type", nil, nil), ("A1", ["x"], nil), ("x", [""], nil),
            ("", nil, "the label  must be letters, digits and underscores, and not begin with a digit"),
            ("1a", nil, "the label 1a must be letters, digits and underscores, and not begin with a digit"),
            ("a:b", nil, "the label a:b must be letters, digits and underscores, and not begin with a digit"),
            ("__name__", nil, "the label __name__ must not begin with an underscore: those are reserved"),
            ("_a", nil, "the label _a must not begin with an underscore: those are reserved"),
            ("a", [], "the label a has no values at all"), ("a", ["x", "y", "x"], "the label a has a value twice"),
        ] as [(String, [String]?, String?)])
    func labels(name: String, values: [String]?, problem: String?) {
        #expect(NamingRules.problem(label: name, values: values) == problem)
    }
}

private let unboundedBuckets = "the buckets of took must be finite and not negative; the last, +Inf, comes by itself"
