/// What a scalar without quotes and tag is, by the rules of YAML 1.1 that Yams has as well: as regular expressions, for which ICU's tables
/// would be in memory from the first file on.
enum PlainScalar {
    static func form(of text: String) -> RawScalar.Form {
        switch text {
        case "", "~", "null", "Null", "NULL": .null
        case "yes", "Yes", "YES", "no", "No", "NO", "true", "True", "TRUE", "false", "False", "FALSE", "on", "On", "ON",
            "off",
            "Off", "OFF":
            .boolean
        default: isNumber(text) ? .number : .text
        }
    }

    private static func isNumber(_ text: String) -> Bool {
        var rest = Characters(text)
        let isSigned = rest.takeOne { $0 == "-" || $0 == "+" }
        if rest.takeOne({ $0 == "." }) {
            return isFraction(rest, isSigned: isSigned)
        }
        guard let first = rest.first, isDecimal(first) else { return false }
        if first == "0", let base = rest.second, let digits = digits(of: base) {
            rest.take(2)
            return rest.takeAll(digits) > 0 && rest.isEmpty
        }
        rest.takeAll { isDecimal($0) || $0 == "_" }
        if rest.first == ":" {
            return isSexagesimal(&rest, leading: first)
        }
        if rest.takeOne({ $0 == "." }) {
            rest.takeAll { isDecimal($0) || $0 == "_" }
        }
        return rest.isEmpty || isExponent(&rest, wantsSign: false)
    }

    /// What follows a point without a digit before it.
    private static func isFraction(_ rest: Characters, isSigned: Bool) -> Bool {
        if rest.isOne(of: ["inf", "Inf", "INF"]) { return true }
        if isSigned { return false }
        if rest.isOne(of: ["nan", "NaN", "NAN"]) { return true }
        var rest = rest
        return rest.takeAll { isDecimal($0) || $0 == "_" } > 0 && (rest.isEmpty || isExponent(&rest, wantsSign: true))
    }

    /// Hours, minutes and seconds: `1:30`, `0:30.5`.
    private static func isSexagesimal(_ rest: inout Characters, leading: Unicode.Scalar) -> Bool {
        while rest.takeOne({ $0 == ":" }) {
            guard let tens = rest.first else { return false }
            let count = rest.takeAll(isDecimal)
            guard count == 1 || (count == 2 && tens <= "5") else { return false }
        }
        if rest.isEmpty { return leading != "0" }
        guard rest.takeOne({ $0 == "." }) else { return false }
        rest.takeAll { isDecimal($0) || $0 == "_" }
        return rest.isEmpty
    }

    private static func isExponent(_ rest: inout Characters, wantsSign: Bool) -> Bool {
        guard rest.takeOne({ $0 == "e" || $0 == "E" }), rest.takeOne({ $0 == "-" || $0 == "+" }) || !wantsSign else {
            return false
        }
        return rest.takeAll(isDecimal) > 0 && rest.isEmpty
    }

    private static func isDecimal(_ character: Unicode.Scalar) -> Bool { "0"..."9" ~= character }

    /// The digits after `0b`, `0o` and `0x`.
    private static func digits(of base: Unicode.Scalar) -> ((Unicode.Scalar) -> Bool)? {
        switch base {
        case "b": { "0"..."1" ~= $0 || $0 == "_" }
        case "o": { "0"..."7" ~= $0 || $0 == "_" }
        case "x": { isDecimal($0) || "a"..."f" ~= $0 || "A"..."F" ~= $0 || $0 == "_" }
        default: nil
        }
    }
}

/// What is left of a text that is read from its beginning.
private struct Characters {
    private var rest: Substring.UnicodeScalarView

    init(_ text: String) { rest = text.unicodeScalars[...] }

    var first: Unicode.Scalar? { rest.first }
    var second: Unicode.Scalar? { rest.dropFirst().first }
    var isEmpty: Bool { rest.isEmpty }

    func isOne(of words: [String]) -> Bool { words.contains { $0.unicodeScalars.elementsEqual(rest) } }

    mutating func take(_ count: Int) { rest = rest.dropFirst(count) }

    mutating func takeOne(_ isTaken: (Unicode.Scalar) -> Bool) -> Bool {
        guard let first, isTaken(first) else { return false }
        take(1)
        return true
    }

    /// - Returns: how many were taken.
    @discardableResult
    mutating func takeAll(_ isTaken: (Unicode.Scalar) -> Bool) -> Int {
        let taken = rest.prefix(while: isTaken).count
        take(taken)
        return taken
    }
}
