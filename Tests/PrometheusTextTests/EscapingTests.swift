import Testing

@testable import PrometheusText

@Suite struct EscapingTests {
    @Test(arguments: [
        (#"C:\new"#, #"C:\\new"#), ("a\nb", #"a\nb"#), (#"say "hi""#, #"say \"hi\""#), (#"\"#, #"\\"#),
        ("\\\n\"", #"\\\n\""#),
        ("", ""), (" spaces ", " spaces "), ("{},=#'", "{},=#'"), ("caf\u{E9} \u{1F600}", "caf\u{E9} \u{1F600}"),
        ("\r\t\u{0}", "\r\t\u{0}"), ("a\r\nb", "a\r\\nb"),
    ])
    func labelValues(value: String, written: String) {
        for format in ExpositionFormat.allCases {
            var family = gauge("level", help: "x", open)
            family.set(1, labels: [value])
            let expected = "level{place=\"\(written)\"} 1\n"
            #expect(rendered([family], format).utf8.elementsEqual(wrapped(expected, format).utf8))
        }
    }

    @Test(arguments: [
        (#"a \ b"#, #"a \\ b"#, #"a \\ b"#), ("a\nb", #"a\nb"#, #"a\nb"#),
        (#"the "best""#, #"the "best""#, #"the \"best\""#),
        ("\u{E9}", "\u{E9}", "\u{E9}"),
    ])
    func help(text: String, inText: String, inOpenMetrics: String) {
        let family = gauge("level", help: text)
        #expect(rendered([family], .text) == "# HELP level \(inText)\n# TYPE level gauge\nlevel 0\n")
        #expect(
            rendered([family], .openMetrics) == "# TYPE level gauge\n# HELP level \(inOpenMetrics)\nlevel 0\n# EOF\n")
    }

    private func wrapped(_ samples: String, _ format: ExpositionFormat) -> String {
        switch format {
        case .text: "# HELP level x\n# TYPE level gauge\n" + samples
        case .openMetrics: "# TYPE level gauge\n# HELP level x\n" + samples + "# EOF\n"
        }
    }
}
