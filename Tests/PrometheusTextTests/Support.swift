@testable import PrometheusText

/// The exposition as text.
func rendered(
    _ families: [any MetricFamily], _ format: ExpositionFormat = .text, names: Set<String>? = nil
) -> String {
    String(decoding: Exposition.render(families, format: format, names: names), as: UTF8.self)
}

/// The samples of one family alone, without its metadata.
func samples(_ family: any MetricFamily, _ format: ExpositionFormat = .text) -> [String] {
    rendered([family], format).split(separator: "\n").filter { !$0.hasPrefix("#") }.map(String.init)
}

let jobType = MetricLabel(name: "job_type", values: ["sync", "analysis", "other"])
let outcome = MetricLabel(name: "outcome", values: ["failed", "completed"])
let open = MetricLabel(name: "place")

func counter(_ name: String = "things_total", help: String = "Things.", _ labels: MetricLabel...) -> CounterFamily {
    CounterFamily(MetricDescriptor(name: name, kind: .counter, help: help, labels: labels))
}

func gauge(_ name: String = "level", help: String = "A level.", _ labels: MetricLabel...) -> GaugeFamily {
    GaugeFamily(MetricDescriptor(name: name, kind: .gauge, help: help, labels: labels))
}

func info(_ labels: MetricLabel...) -> GaugeFamily {
    GaugeFamily(MetricDescriptor(name: "build_info", kind: .info, help: "Versions.", labels: labels))
}

func histogram(_ name: String = "took_seconds", _ buckets: [Double] = [0.1, 1, 2.5], _ labels: MetricLabel...)
    -> HistogramFamily
{
    HistogramFamily(
        MetricDescriptor(name: name, kind: .histogram(buckets: buckets), help: "How long.", labels: labels))
}
