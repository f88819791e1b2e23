import PostgresStore

/// Reads the URL of a PostgreSQL database as libpq, SQLAlchemy and others write it.
enum PostgresURL {
    /// - Parameters:
    ///   - rest: what follows the two slashes.
    ///   - shown: the whole as messages repeat it.
    /// - Throws: `ValueProblem`.
    static func address(_ rest: Substring, of shown: String) throws(ValueProblem) -> PostgresAddress {
        let parts = rest.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let place = parts[0].split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        var found: [String: String] = [:]
        func set(_ keyword: String, _ text: Substring) throws(ValueProblem) {
            guard let value = decoded(text) else {
                throw ValueProblem("\(shown) has a percent sign that no escape follows; write %25 for the sign itself")
            }
            if !value.isEmpty { found[keyword] = value }
        }
        var hosts = place[0]
        if let at = hosts.lastIndex(of: "@") {
            let user = hosts[..<at].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            try set("user", user[0])
            if user.count > 1 { try set("password", user[1]) }
            hosts = hosts[hosts.index(after: at)...]
        }
        let ends = try hosts.split(separator: ",", omittingEmptySubsequences: false).map { host throws(ValueProblem) in
            try end(host, shown)
        }
        try set("host", ends.map(\.host).joined(separator: ",")[...])
        if ends.contains(where: { !$0.port.isEmpty }) { found["port"] = ends.map(\.port).joined(separator: ",") }
        if place.count > 1 { try set("dbname", place[1]) }
        if parts.count > 1 {
            for option in parts[1].split(separator: "&") {
                let pair = option.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                let keyword = String(pair[0])
                guard pair.count == 2 else {
                    throw ValueProblem("\(shown): the option \(ValueProblem.quoted(keyword)) has no value")
                }
                switch try PostgresKeyword(keyword, of: shown) {
                // As asyncpg and JDBC have it.
                case .ssl:
                    try set(
                        "sslmode",
                        ["true", "on", "1"].contains(pair[1])
                            ? "require" : ["false", "off", "0"].contains(pair[1]) ? "disable" : pair[1])
                case .known: try set(keyword, pair[1])
                case .ignored: break
                }
            }
        }
        return PostgresAddress(found, name: name(found))
    }

    /// A URL that leads to the same database, without what is secret.
    static func text(of address: PostgresAddress) -> String {
        var shown = Dictionary(uniqueKeysWithValues: address.shown.map { ($0.keyword, $0.value) })
        let user = shown.removeValue(forKey: "user").map { encoded($0) + "@" } ?? ""
        let database = shown.removeValue(forKey: "dbname").map(encoded) ?? ""
        let place = place(&shown)
        let options = shown.sorted { $0.key < $1.key }.map { "\($0.key)=\(encoded($0.value))" }.joined(separator: "&")
        return "postgresql://\(user)\(place)/\(database)\(options.isEmpty ? "" : "?\(options)")"
    }

    /// What the database is called: the same for all roles and options.
    static func name(_ found: [String: String]) -> String {
        var found = found
        let database = found["dbname"].map(encoded) ?? ""
        let service = found["service"].map { "?service=\(encoded($0))" } ?? ""
        return "postgresql://\(place(&found))/\(database)\(service)"
    }

    /// The hosts with their ports; those are taken out.
    private static func place(_ found: inout [String: String]) -> String {
        let hosts = (found.removeValue(forKey: "host") ?? "").split(separator: ",", omittingEmptySubsequences: false)
        let ports = (found.removeValue(forKey: "port") ?? "").split(separator: ",", omittingEmptySubsequences: false)
        return hosts.enumerated().map { index, host in
            let name = host.contains(":") ? "[\(host)]" : encoded(String(host))
            // One port may be for all.
            let port = ports.count == 1 ? ports[0] : index < ports.count ? ports[index] : ""
            return port.isEmpty ? name : "\(name):\(port)"
        }.joined(separator: ",")
    }

    /// A host and its port; an address of IPv6 stands in brackets.
    private static func end(_ text: Substring, _ shown: String) throws(ValueProblem) -> (host: String, port: String) {
        var (host, port) = (text, Substring())
        if text.hasPrefix("[") {
            guard let close = text.firstIndex(of: "]") else {
                throw ValueProblem("\(shown) has a bracket that isn't closed")
            }
            host = text[text.index(after: text.startIndex)..<close]
            port = text[text.index(after: close)...]
            guard port.isEmpty || port.hasPrefix(":") else {
                throw ValueProblem("\(shown) has something between the address and its port")
            }
            port = port.dropFirst()
        } else if let colon = text.lastIndex(of: ":") {
            (host, port) = (text[..<colon], text[text.index(after: colon)...])
        }
        guard port.isEmpty || UInt16(port).map({ $0 > 0 }) == true else {
            throw ValueProblem("\(shown) has the port \(ValueProblem.quoted(port)), which is none")
        }
        return (String(host), String(port))
    }

    /// Nil where an escape is none, or leaves no text.
    private static func decoded(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            let digits = String(decoding: rest.prefix(2), as: UTF8.self)
            guard digits.utf8.count == 2, digits.allSatisfy(\.isHexDigit), let value = UInt8(digits, radix: 16),
                value > 0
            else { return nil }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func encoded(_ text: String) -> String {
        text.utf8.map { byte in
            let isPlain =
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || "-._~".utf8.contains(byte)
            let digits = String(byte, radix: 16, uppercase: true)
            return isPlain ? String(UnicodeScalar(byte)) : "%" + (digits.count < 2 ? "0" : "") + digits
        }.joined()
    }
}
