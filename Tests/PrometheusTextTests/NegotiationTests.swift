import PrometheusText
import Testing

@Suite("Negotiation")
struct NegotiationTests {
    @Test(arguments: [
        (nil, ExpositionFormat.text),
        ("", .text),
        ("*/*", .text),
        ("text/html,application/xhtml+xml,*/*;q=0.8", .text),
        ("garbage", .text),
        ("application/openmetrics-text;q=7", .text),
        ("application/openmetrics-text", .text),
        ("application/openmetrics-text;version=0.0.1", .text),
        ("application/openmetrics-text;version=2.0.0", .text),
        ("application/openmetrics-text;version=1.0.0", .openMetrics),
        ("Application/OpenMetrics-Text; Version=\"1.0.0\" ; q=0.5", .openMetrics),
        ("application/openmetrics-text;version=1.0.0;q=0", .text),
        ("application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.6", .text),
        ("text/plain;q=0.5,application/openmetrics-text;version=1.0.0;q=0.5", .text),
        ("application/openmetrics-text;version=1.0.0,*/*", .openMetrics),
        // Prometheus 2.42
        (
            "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"
                + "text/plain;version=0.0.4;q=0.5,*/*;q=0.1", .openMetrics
        ),
        // Prometheus 3
        (
            "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,"
                + "application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,"
                + "text/plain;version=0.0.4;q=0.3,*/*;q=0.2", .openMetrics
        ),
    ])
    func negotiate(accept: String?, format: ExpositionFormat) {
        #expect(ExpositionFormat.negotiate(accept: accept) == format)
    }
}
