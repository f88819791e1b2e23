import Testing

@testable import ObservabilityPack

@Suite("The emitters")
struct EmitterTests {
    @Test("YAML: plain where nothing else could be read, else quoted")
    func scalars() {
        let cases = [
            ("plain", "plain"), ("a b", "a b"), ("", #""""#), ("1m", #""1m""#), ("true", #""true""#), ("No", #""No""#),
            ("a: b", #""a: b""#), ("a #b", #""a #b""#), ("a:", #""a:""#), ("a ", #""a ""#), ("- a", #""- a""#),
            ("{a}", #""{a}""#), ("tab\t", #""tab\t""#), ("\u{7}", #""\x07""#), ("ä", #""ä""#),
            ("x=\"1\"", "x=\"1\""),
        ]
        for (value, expected) in cases { #expect(YAML.scalar(value) == expected) }
        #expect(YAML.scalar(#"0"\"#) == #""0\"\\""#)
    }

    @Test("YAML: mappings, sequences and literal blocks")
    func document() {
        let document = YAML.mapping([
            ("groups", .sequence([.mapping([("name", .text("a")), ("expr", .text("one\n\ntwo"))]), .text("b")])),
            ("last", .mapping([("k", .text("v"))])),
        ]).document(comment: "first\n\nsecond")
        #expect(
            document == """
                # first
                #
                # second
                groups:
                  - name: a
                    expr: |-
                      one

                      two
                  - b
                last:
                  k: v

                """)
    }

    @Test("JSON: order, escapes and empty lists")
    func json() {
        let value: JSON = [
            "b": 1, "a": [true, nil, 0.5, []], "text": "a\"b\\c\n\t\u{1}é", "empty": [:],
        ]
        #expect(
            value.document == """
                {
                  "b": 1,
                  "a": [
                    true,
                    null,
                    0.5,
                    []
                  ],
                  "text": "a\\"b\\\\c\\n\\t\\u0001é",
                  "empty": {}
                }

                """)
    }

    @Test(
        "durations take the longest unit that fits",
        arguments: [(1, "1s"), (90, "90s"), (60, "1m"), (7200, "2h"), (172_800, "2d"), (5400, "90m")])
    func duration(seconds: Int, text: String) { #expect(PromQL.duration(seconds) == text) }

    @Test("strings are escaped for PromQL")
    func promQL() { #expect(PromQL.escape("a\"b\\c\nd") == #"a\"b\\c\nd"#) }
}
