import Sweeping

/// What a run may do at the most.
extension SettingsCatalogue {
    static let limits: [Setting] = [
        .value(
            "limits.surge", \.limits.surge, .limit(2...1_000_000, such: "10"), .live,
            "An operation with more rows due than so many times its largest run of 30 days, and over 1000, is held until it is approved."
        ),
        .value(
            "limits.max_rows", \.limits.maxRows, .limit(1...1_000_000_000, such: "100000"), .live,
            "The most rows that one operation changes in one run."),
    ]
}

/// A number, or none.
package struct Limit: Sendable, Equatable {
    package var number: Int?

    package init(_ number: Int?) {
        self.number = number
    }
}

/// What a run may do at the most.
package struct LimitsSettings: Sendable, Equatable {
    package var surge = Limit(Brakes.usualSurge)
    package var maxRows = Limit(nil)

    package init() {}
}

extension ValueKind where Value == Limit {
    static func limit(_ range: ClosedRange<Int>, such example: String) -> ValueKind {
        let number = ValueKind<Int>.integer(range)
        return ValueKind(wants: "none, or a number such as \(example)") { scalar, context throws(ValueProblem) in
            if scalar.text == "none" { return Limit(nil) }
            return Limit(try number.read(scalar, context))
        } text: {
            $0.number.map(String.init) ?? "none"
        }
    }
}
