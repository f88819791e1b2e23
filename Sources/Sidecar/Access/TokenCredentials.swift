import HTTPServer

/// The control token as requests carry it: `Authorization: Bearer …`, or the cookie that the page was given for it.
enum TokenCredentials {
    /// How long a browser keeps the cookie, in seconds: thirty days.
    private static let keep = 30 * 24 * 60 * 60

    /// Whether something stands where the token would.
    static func isGiven(in request: HTTPRequest) -> Bool { !given(in: request).isEmpty }

    /// All that stands where the token would.
    static func given(in request: HTTPRequest) -> [ByteText] {
        var found = cookies(request)
        if let bearer = Authorization(request), bearer.scheme == "bearer" { found.append(bearer.value) }
        return found
    }

    /// The `Set-Cookie` that makes a browser keep the token, for this page alone.
    static func cookie(_ token: ControlToken, for request: HTTPRequest, below prefix: RoutePrefix) -> String {
        "\(name(request))=\(token.text); Max-Age=\(keep)" + attributes(request, prefix)
    }

    /// The one that makes it forget.
    static func forgetting(_ request: HTTPRequest, below prefix: RoutePrefix) -> String {
        "\(name(request))=; Max-Age=0" + attributes(request, prefix)
    }

    private static func attributes(_ request: HTTPRequest, _ prefix: RoutePrefix) -> String {
        "; Path=\(prefix.path)/; HttpOnly; SameSite=Strict" + (request.listener.isTLS ? "; Secure" : "")
    }

    /// Browsers keep one jar for all ports of a host: two sidecars must not have the same name for theirs.
    private static func name(_ request: HTTPRequest) -> String {
        "jobsweep_token_\(request.listener.address.port)"
    }

    private static func cookies(_ request: HTTPRequest) -> [ByteText] {
        guard let header = request.headers["Cookie"] else { return [] }
        let name = ByteText(name(request))
        return header.utf8.split(separator: UInt8(ascii: ";")).compactMap { pair in
            let pair = pair.drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
            guard let equals = pair.firstIndex(of: UInt8(ascii: "=")), ByteText(pair[..<equals]) == name else {
                return nil
            }
            return ByteText(pair[pair.index(after: equals)...])
        }
    }
}

/// An `Authorization` header (RFC 9110 section 11.4): a scheme and what it wants.
struct Authorization {
    /// In lower case.
    let scheme: ByteText
    let value: ByteText

    /// Nil without the header, or when it isn't of that form.
    init?(_ request: HTTPRequest) {
        guard let header = request.headers["Authorization"] else { return nil }
        let parts = header.utf8.split(separator: UInt8(ascii: " "), maxSplits: 1)
        guard parts.count == 2 else { return nil }
        scheme = ByteText(parts[0]).lowercasedASCII
        let isBlank = { (byte: UInt8) in byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
        var value = Array(parts[1].drop(while: isBlank))
        while value.last.map(isBlank) == true { value.removeLast() }
        self.value = ByteText(value)
    }
}
