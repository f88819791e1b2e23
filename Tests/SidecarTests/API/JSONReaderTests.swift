import Testing

@testable import Sidecar

@Suite("JSON is read strictly and within bounds")
struct JSONReaderTests {
    private func read(_ text: String, _ limits: JSONReader.Limits = .request) throws(JSONReader.Problem) -> JSONValue {
        try JSONReader.read(Array(text.utf8), limits)
    }

    @Test func everyKind() throws {
        let text =
            #" {"a": [1, -2, 0, 1.5, -1e3, 2E-1, true, false, null], "b": {"": "x\n\"\\\/\u00e9\ud83d\ude00"}, "c": [], "d": {}} "#
        let value = try read(text)
        #expect(
            value == [
                "a": [1, -2, 0, .double(1.5), .double(-1000), .double(0.2), true, false, .null],
                "b": ["": "x\n\"\\/é😀"], "c": [], "d": [:],
            ])
        let largest = try read("9223372036854775807")
        #expect(largest == .int(.max))
        let larger = try read("9223372036854775808")
        #expect(larger == .double(9_223_372_036_854_775_808))
    }

    @Test(arguments: [
        "", " ", "{", "[", "]", "{}{}", "[1,]", "{\"a\":1,}", "{a:1}", "{\"a\"}", "[1 2]", "01", "1.", ".5", "-", "+1",
        "1e", "1e999", "tru", "nul", "NaN", "'a'", "\"a", "\"\u{1}\"", #""\x""#, #""\u12""#, #""\ud800""#,
        #""\ud800\u0041""#, #""\udc00""#, "[1]x", "\u{FEFF}{}", "// x\n1",
    ])
    func notJSON(text: String) {
        #expect(throws: JSONReader.Problem.notJSON) { try read(text) }
    }

    @Test func bytesThatAreNoText() {
        #expect(throws: JSONReader.Problem.notJSON) { try JSONReader.read([0x22, 0xFF, 0x22], .request) }
    }

    @Test func aKeyIsThereOnce() {
        #expect(throws: JSONReader.Problem.twice("a")) { try read(#"{"a": 1, "b": 2, "a": 1}"#) }
        #expect(throws: JSONReader.Problem.twice("a")) { try read(#"[{"a": 1, "\u0061": 1}]"#) }
    }

    @Test func depthIsBounded() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        _ = try read(nested(16))
        #expect(throws: JSONReader.Problem.tooDeep(16)) { try read(nested(17)) }
        #expect(throws: JSONReader.Problem.tooDeep(16)) { try read(String(repeating: "[", count: 1_000_000)) }
        #expect(throws: JSONReader.Problem.tooDeep(16)) { try read(String(repeating: "{\"a\":", count: 300_000)) }
    }

    @Test func theNumberOfValuesIsBounded() throws {
        let limits = JSONReader.Limits(depth: 2, values: 4)
        _ = try read("[1,2,3]", limits)
        #expect(throws: JSONReader.Problem.tooMany(4)) { try read("[1,2,3,4]", limits) }
    }
}
