import Testing

@testable import PrometheusText

@Suite struct NegotiationTests {
    private static let openMetrics: String = "application/openmetrics-text"
    private static let protobuf: String =
        "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited"

    @Test func contentTypes() {
        #expect(
            ExpositionFormat.allCases.map(\.contentType) == [
                "text/plain; version=0.0.4; charset=utf-8",
                "application/openmetrics-text; version=1.0.0; charset=utf-8",
            ])
    }

    /// What scrapers really send.
    @Test(arguments: sent) func realHeaders(accept: String, format: ExpositionFormat) {
        #expect(ExpositionFormat.negotiate(accept: accept) == format)
    }

    private static let sent: [(String, ExpositionFormat)] = [
        // Prometheus 2.42, and with native histograms.
        (
            "\(openMetrics);version=1.0.0,\(openMetrics);version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
            .openMetrics
        ),
        (
            """
            \(protobuf),\(openMetrics);version=1.0.0;q=0.8,\(openMetrics);version=0.0.1;q=0.75,\
            text/plain;version=0.0.4;q=0.5,*/*;q=0.1
            """,
            .openMetrics
        ),
        // Prometheus before it knew OpenMetrics 1.0.0.
        ("\(openMetrics); version=0.0.1,text/plain;version=0.0.4;q=0.5,*/*;q=0.1", .text),
        // Prometheus 3.3, then later ones, then with native histograms.
        (
            """
            \(openMetrics);version=1.0.0;escaping=allow-utf-8;q=0.6,\(openMetrics);version=0.0.1;escaping=allow-utf-8;q=0.5,\
            text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;escaping=allow-utf-8;q=0.3,\
            */*;q=0.2
            """,
            .openMetrics
        ),
        (
            """
            \(openMetrics);version=1.0.0;escaping=allow-utf-8;q=0.6,\(openMetrics);version=0.0.1;q=0.5,\
            text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2
            """,
            .openMetrics
        ),
        (
            """
            \(protobuf);q=0.7,\(openMetrics);version=1.0.0;escaping=underscores;q=0.6,\(openMetrics);version=0.0.1;q=0.5,\
            text/plain;version=1.0.0;escaping=underscores;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2
            """,
            .openMetrics
        ),
        // Prometheus 3 with `scrape_protocols` set: to the text formats, to 0.0.4 alone, to that before OpenMetrics.
        ("text/plain;version=1.0.0;escaping=allow-utf-8;q=0.6,text/plain;version=0.0.4;q=0.5,*/*;q=0.4", .text),
        ("text/plain;version=0.0.4;q=0.2,*/*;q=0.1", .text),
        ("text/plain;version=0.0.4;q=0.3,\(openMetrics);version=1.0.0;escaping=allow-utf-8;q=0.2,*/*;q=0.1", .text),
        // A scraper that prefers protobuf and doesn't know OpenMetrics.
        ("\(protobuf);q=0.7,text/plain;version=0.0.4;q=0.3,*/*;q=0.1", .text),
        // curl, a browser, and Java's HTTP client.
        ("*/*", .text),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8", .text),
        ("text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2", .text),
    ]

    @Test(arguments: table) func rules(accept: String?, format: ExpositionFormat) {
        #expect(ExpositionFormat.negotiate(accept: accept) == format)
    }

    private static let table: [(String?, ExpositionFormat)] = [
        (nil, .text), ("", .text), (" ", .text), (",,;,", .text),
        // Versions.
        ("\(openMetrics);version=1.0.0", .openMetrics), (openMetrics, .openMetrics),
        ("\(openMetrics);version=0.0.1", .text),
        ("\(openMetrics);version=2.0.0", .text), ("\(openMetrics);version=1.0", .text),
        ("\(openMetrics);version=", .openMetrics),
        ("\(openMetrics);version=\"1.0.0\"", .openMetrics),
        ("\(openMetrics);version=1.0.0;charset=utf-8", .openMetrics),
        ("\(openMetrics);version=2.0.0,\(openMetrics);version=1.0.0;q=0.5,text/plain;q=0.4", .openMetrics),
        ("\(openMetrics);version=2.0.0,\(openMetrics);version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.6", .text),
        ("text/plain;version=1.0.0,\(openMetrics);version=1.0.0;q=0.5", .openMetrics),
        // Weights.
        ("\(openMetrics);q=0.4,text/plain;q=0.5", .text), ("\(openMetrics);q=0.5,text/plain;q=0.4", .openMetrics),
        ("\(openMetrics);q=0.501,text/plain;q=0.5", .openMetrics), ("\(openMetrics);q=0", .text),
        ("\(openMetrics);q=0,*/*", .text),
        ("\(openMetrics);q=0.000,text/plain;q=0", .text), ("text/plain;q=0", .text),
        ("text/plain;q=0,\(openMetrics)", .openMetrics),
        ("text/plain;q=0,*/*", .openMetrics), ("\(openMetrics);q=1.000,text/plain;q=0.999", .openMetrics),
        // The same weight: whoever is named beats a wildcard, then whoever comes first.
        ("\(openMetrics),text/plain", .openMetrics), ("text/plain,\(openMetrics)", .text),
        ("*/*,\(openMetrics)", .openMetrics),
        ("\(openMetrics),*/*", .openMetrics), ("text/*,\(openMetrics)", .openMetrics),
        ("application/*,text/plain", .text),
        ("application/*,text/*", .openMetrics), ("text/*,application/*", .text),
        ("text/plain,\(openMetrics);version=1.0.0", .text),
        ("\(openMetrics),text/plain,\(openMetrics)", .openMetrics), ("text/plain,\(openMetrics),text/plain", .text),
        // Wildcards: what names a format more exactly says its weight.
        ("text/*", .text), ("application/*;q=0.9,*/*;q=0.1", .openMetrics),
        ("application/*;q=0.1,*/*;q=0.9", .text),
        ("*/*;q=0.9,\(openMetrics);q=0.5", .text), ("*/*;q=0.1,\(openMetrics);q=0.5", .openMetrics),
        ("application/*;q=0.9,\(openMetrics);q=0.1,text/plain;q=0.5", .text),
        ("\(openMetrics);q=0.9,\(openMetrics);version=1.0.0;q=0.1,text/plain;q=0.5", .text),
        ("text/*;q=0.9,text/plain;version=0.0.4;q=0.1,\(openMetrics);q=0.5", .openMetrics),
        ("\(openMetrics);q=0.2,\(openMetrics);q=0.9,text/plain;q=0.5", .openMetrics),
        // Spelling.
        ("APPLICATION/OpenMetrics-Text; VERSION=1.0.0; Q=0.9 , Text/Plain ; q=0.5", .openMetrics),
        ("\t\(openMetrics)\t;\tversion=1.0.0\t", .openMetrics), ("text/plain;x=\"a,\(openMetrics);b\";q=1", .text),
        ("\(openMetrics);x=\"a;q=0,b\\\";q=0\";q=0.9,text/plain;q=0.5", .openMetrics),
        // What can't be read is left out.
        ("\(openMetrics);q=2,text/plain;q=0.1", .text), ("\(openMetrics);q=1.001", .text),
        ("\(openMetrics);q=0.1234", .text),
        ("\(openMetrics);q=", .text), ("\(openMetrics);q=x", .text), ("\(openMetrics);q=-1", .text),
        ("\(openMetrics);q=.5", .text),
        ("\(openMetrics);q=0,5", .text), ("\(openMetrics);q=1e0", .text), ("\(openMetrics);q=nan", .text),
        ("\(openMetrics);q=0.5;level=1", .openMetrics),
        ("\(openMetrics);q=0.;version=1.0.0", .text), ("\(openMetrics);flag", .openMetrics),
        ("application", .text), ("/", .text), ("application/", .text), ("/openmetrics-text", .text), ("*", .text),
        ("*/openmetrics-text", .text), ("\(openMetrics)/x", .text), ("\(openMetrics)x", .text),
        ("garbage;;;===,\"", .text),
        ("\"\(openMetrics)\"", .text), ("\u{1F600}/\u{1F600}", .text), ("application/json", .text),
    ]

    @Test func whatARangeHolds() {
        let ranges = MediaRange.list(
            "TEXT/Plain ; Version=\"0.0.4\";q=0.125, */* ;q=1, a/b;q=0.;c=d;version=X,, a/b;q=7")
        #expect(ranges.map(\.type) == ["text/plain", "*/*", "a/b"])
        #expect(ranges.map(\.version) == ["0.0.4", nil, "X"])
        #expect(ranges.map(\.weight) == [125, 1000, 0])
    }
}
