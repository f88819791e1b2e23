/// Checks of option values. Whatever passes can be written into YAML, JSON and PromQL by the emitters of this pack.
enum Validation {
    /// A non-empty text of one line.
    static func text(_ value: String, option: String) throws(PackOptionsError) -> String {
        guard !value.isEmpty else { throw PackOptionsError(option: option, problem: "must not be empty") }
        guard !value.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) else {
            throw PackOptionsError(option: option, problem: "must not hold control characters")
        }
        return value
    }

    /// Grafana allows letters, digits, `-` and `_`, at most 40 of them.
    static func datasourceUID(_ value: String) throws(PackOptionsError) -> String {
        let allowed = value.utf8.allSatisfy { isWordByte($0) || $0 == UInt8(ascii: "-") }
        guard !value.isEmpty, value.utf8.count <= 40, allowed else {
            throw PackOptionsError(
                option: "data source uid", problem: "'\(value)' is not 1 to 40 letters, digits, '-' and '_'")
        }
        return value
    }

    /// `host:port`; the host may be a name, an IPv4 address or an IPv6 address in brackets.
    static func address(_ value: String, option: String) throws(PackOptionsError) -> String {
        let problem = "'\(value)' is not host:port"
        guard let colon = value.lastIndex(of: ":"), let port = UInt16(value[value.index(after: colon)...]), port > 0
        else {
            throw PackOptionsError(option: option, problem: problem)
        }
        let host = value[..<colon]
        let bare = host.first == "[" && host.last == "]" ? host.dropFirst().dropLast() : host
        let hostBytes = bare.utf8.allSatisfy { byte in
            isWordByte(byte) || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-")
                || (host.first == "[" && byte == UInt8(ascii: ":"))
        }
        guard !bare.isEmpty, hostBytes else { throw PackOptionsError(option: option, problem: problem) }
        return value
    }

    /// An http or https URL without blanks; a slash at its end is dropped.
    static func url(_ value: String, option: String) throws(PackOptionsError) -> String {
        let scheme = ["http://", "https://"].first { value.hasPrefix($0) }
        let visible = value.unicodeScalars.allSatisfy { $0.value > 0x20 && $0.value != 0x7F && $0 != "{" && $0 != "}" }
        guard let scheme, value.utf8.count > scheme.utf8.count, visible else {
            throw PackOptionsError(option: option, problem: "'\(value)' is not an http or https URL")
        }
        return value.hasSuffix("/") ? String(value.dropLast()) : value
    }

    /// Letters, digits and `_` of ASCII.
    static func isWordByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
            true
        default:
            false
        }
    }
}
