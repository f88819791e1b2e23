import Testing
import Yams

@testable import Sidecar

/// Plain scalars are what Yams' own rules take them for.
@Suite struct PlainScalarTests {
    static let words = [
        "", "~", "null", "Null", "nULL", "yes", "YES", "yEs", "no", "true", "True", "tRUE", "on", "OFF", "y", "n", "0",
        "-0", "+1", "007", "08", "0_", "1_000",
        "0b101", "0b", "0b2", "-0b_", "0o17", "0o8", "0o", "0x", "0xfF_", "0xg", "+0x1", "1:30", "0:30", "1:60",
        "1:5:59", "1:30.", "0:30.5", "1:300", "1:", ":30",
        "1.", "1.5", ".5", "-.5", "._", ".", "-.", "1e5", "1e+5", "1E-5", "1e", "1.e3", ".5e3", ".5e+3", ".5e+", ".inf",
        "-.Inf", ".INFx", ".nan", "-.nan", ".NaN",
        "30m", "5MB", "2024-01-01", "1,000", "٣", "1٣", "-", "+", "--1", "_1", "1__", "=", "<<", "1 ", " 1", "é",
        "1:2:3:4.5_",
    ]

    @Test(arguments: words)
    func word(_ word: String) {
        #expect(PlainScalar.form(of: word) == byYams(word))
    }

    @Test func anyText() {
        var generator = SeededGenerator(seed: 14)
        let letters = Array("+-01579_.:eEbox afAFinN~")
        for _ in 0..<5000 {
            let text = String(
                (0..<Int.random(in: 1...7, using: &generator)).map { _ in
                    letters.randomElement(using: &generator) ?? "0"
                })
            #expect(PlainScalar.form(of: text) == byYams(text), "\(text)")
        }
    }

    private func byYams(_ text: String) -> RawScalar.Form {
        switch Resolver.default.resolveTag(of: Node(text)) {
        case .bool: .boolean
        case .int, .float: .number
        case .null: .null
        default: .text
        }
    }
}
