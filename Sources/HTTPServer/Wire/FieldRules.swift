/// What a request's header fields must be to mean one thing alone.
enum FieldRules {
    /// Fields that decide something and are no lists: of two, one reader takes the first and another the last.
    private static let single = [
        "Authorization", "Content-Encoding", "Content-Length", "Content-Type", "Cookie", "Expect", "Host", "Origin",
        "Sec-Fetch-Site", "Transfer-Encoding",
    ]
    /// libmicrohttpd takes cookies apart in a small memory.
    private static let cookieLimit = 4096
    private static let cookieParts = 64

    /// Whether a field says where the body ends.
    static func isFraming(_ name: String) -> Bool {
        HTTPHeaders.same(name, "Content-Length") || HTTPHeaders.same(name, "Transfer-Encoding")
    }

    /// The answer to a request that could be misunderstood, or is larger than what is taken.
    ///
    /// - Parameter authority: the host that the target names, if it does.
    static func refusal(
        of request: HTTPRequest, authority: String?, _ limits: ServerCore.RequestLimits
    ) -> HTTPResponse? {
        let headers = request.headers
        if let response = hostRefusal(headers.all("Host"), isHTTP11: request.isHTTP11, authority: authority) {
            return response
        }
        if let response = framingRefusal(headers, isHTTP11: request.isHTTP11, limits) { return response }
        for name in single where headers.all(name).count > 1 {
            return .error(.badRequest, "a request has at most one \(name) header")
        }
        if let expected = headers["Expect"], !HTTPHeaders.same(expected, "100-continue") {
            return .error(.expectationFailed, "the only expectation that can be met is 100-continue")
        }
        if let cookie = headers["Cookie"],
            cookie.utf8.count > cookieLimit || cookie.utf8.count(where: { $0 == UInt8(ascii: ";") }) >= cookieParts
        {
            return .error(
                .headersTooLarge,
                "the Cookie header is longer than \(cookieLimit) bytes or has more than \(cookieParts) cookies")
        }
        return nil
    }

    private static func hostRefusal(_ hosts: [String], isHTTP11: Bool, authority: String?) -> HTTPResponse? {
        guard hosts.count == 1 || (hosts.isEmpty && !isHTTP11) else {
            return .error(.badRequest, "a request needs one Host header")
        }
        guard let host = hosts.first else { return nil }
        guard host.utf8.allSatisfy(isHostByte) else {
            return .error(.badRequest, "the Host header is not a name and a port")
        }
        if let authority, !HTTPHeaders.same(authority, host) {
            return .error(.badRequest, "the request target names another host than the Host header")
        }
        return nil
    }

    /// Where a body ends must be beyond doubt (RFC 9112 section 6.3).
    private static func framingRefusal(
        _ headers: HTTPHeaders, isHTTP11: Bool, _ limits: ServerCore.RequestLimits
    ) -> HTTPResponse? {
        let encodings = headers.all("Transfer-Encoding")
        let lengths = headers.all("Content-Length")
        if !encodings.isEmpty {
            guard lengths.isEmpty, isHTTP11 else {
                return .error(.badRequest, "a chunked request has no Content-Length and is HTTP/1.1")
            }
            guard encodings.count == 1, HTTPHeaders.same(encodings[0], "chunked") else {
                return .error(.notImplemented, "the only transfer encoding implemented is chunked")
            }
        }
        guard lengths.count <= 1 else { return .error(.badRequest, "a request has at most one Content-Length") }
        guard let length = lengths.first else { return nil }
        guard !length.isEmpty, length.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
            return .error(.badRequest, "Content-Length is not a number of bytes")
        }
        guard length.utf8.count <= 18, let number = UInt64(length), number <= UInt64(limits.body) else {
            return .error(.contentTooLarge, "the request's body is longer than \(limits.body) bytes")
        }
        return nil
    }

    /// Letters, digits and what else names, addresses and ports are written with (RFC 3986 section 3.2.2).
    private static func isHostByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "-._~%:[]".utf8.contains(byte)
        }
    }
}
