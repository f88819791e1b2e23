import Testing

@testable import HTTPServer

@Suite struct WeightedListTests {
    @Test func valuesComeWithTheirWeightsAndParameters() {
        let header =
            "application/openmetrics-text;version=1.0.0;escaping=\"a,b;c\";q=0.6,TEXT/Plain; Q=0.125 ,*/*;q=0,, ;q=1"
        let items = WeightedList(header).items
        #expect(items.map(\.value) == ["application/openmetrics-text", "text/plain", "*/*"])
        #expect(items.map(\.weight) == [600, 125, 0])
        #expect(items.map(\.parameters) == [["version": "1.0.0", "escaping": "a,b;c"], [:], [:]])
    }

    @Test(arguments: ["a;q=", "a;q=2", "a;q=1.001", "a;q=0.1234", "a;q=x", "a;q=-1", "a;q=.5", "a;q=1.5"])
    func aPartWithABrokenWeightIsLeftOut(header: String) {
        #expect(WeightedList(header).items == [])
    }

    @Test(arguments: [
        ("a", 1000), ("a;q=1", 1000), ("a;q=1.000", 1000), ("a;q=0.5", 500), ("a;q=0.001", 1), ("a;q=0.", 0),
    ])
    func weightsAreThousandths(header: String, weight: Int) {
        #expect(WeightedList(header).weight(of: "a") == weight)
    }

    @Test(
        arguments: [
            (nil, false), ("", false), ("gzip", true), ("GZIP", true), ("deflate", false), ("gzip;q=0", false),
            ("gzip;q=0.001", true), ("*", true), ("*;q=0", false), ("*;q=0, gzip", true), ("gzip;q=0, *", false),
            ("identity", false), ("identity;q=0.5, gzip;q=0.4", false), ("identity;q=0.5, gzip;q=0.5", true),
            ("gzip, deflate, br", true), ("br;q=1.0, gzip;q=0.8, *;q=0.1", true), ("x-gzip", true), ("gzip;q=9", false),
        ] as [(String?, Bool)])
    func gzipIsSentToThoseWhoWantIt(header: String?, wanted: Bool) {
        #expect(ContentCoding.prefersGzip(acceptEncoding: header) == wanted)
    }

    @Test(arguments: [
        ("text/plain; version=0.0.4", true), ("TEXT/HTML", true), ("application/json", true),
        ("application/openmetrics-text; version=1.0.0", true), ("application/problem+json", true),
        ("image/svg+xml", true), ("text/event-stream", false), ("image/png", false),
        ("application/octet-stream", false),
    ])
    func textIsCompressible(type: String, compressible: Bool) {
        #expect(ContentCoding.isCompressible(type) == compressible)
        #expect(!ContentCoding.isCompressible(nil))
    }
}
