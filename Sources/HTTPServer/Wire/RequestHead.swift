/// A request's first line and header fields, read line by line (RFC 9112 sections 2 to 6).
struct RequestHead {
    /// What follows the head.
    enum Body {
        case none
        case sized(UInt64)
        case chunked
    }

    private(set) var request: HTTPRequest
    /// Bytes so far, with line ends.
    var size = 0
    /// Whether it came to its end and nothing was wrong with it.
    private(set) var isWhole = false
    private var fields: [HTTPHeaders.Field] = []
    private var trailerCount = 0
    private var authority: String?

    /// More has no use, and libmicrohttpd notes each in a memory that is small.
    static let fieldLimit = 100
    private static let methodLimit = 32

    init(_ blank: HTTPRequest) {
        request = blank
    }

    func checkSize(
        adding count: Int, isRequestLine: Bool, _ limits: ServerCore.RequestLimits
    ) throws(WireRefusal) {
        if isRequestLine, count > limits.target + Self.methodLimit + 16 { throw targetTooLong(limits) }
        if size + count > limits.header {
            throw refusal(.headersTooLarge, "the request's headers are longer than \(limits.header) bytes")
        }
    }

    // MARK: - The first line

    mutating func readRequestLine(
        _ text: UnsafeRawBufferPointer, _ limits: ServerCore.RequestLimits
    ) throws(WireRefusal) {
        let parts = text.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
        guard parts.count == 3, !parts[0].isEmpty, !parts[1].isEmpty, parts[0].allSatisfy(Self.isToken),
            !parts[1].contains(0x09)
        else {
            throw refusal(
                .badRequest, "the request line is not a method, a target and a version with one space between them")
        }
        let version = Array(parts[2])
        guard version.count == 8, version.starts(with: "HTTP/".utf8), Self.isDigit(version[5]),
            version[6] == UInt8(ascii: "."), Self.isDigit(version[7])
        else { throw refusal(.badRequest, "the request line doesn't end with a version such as HTTP/1.1") }
        guard version[5] == UInt8(ascii: "1") else {
            throw refusal(.versionNotSupported, "this server speaks HTTP/1.1 and HTTP/1.0 alone")
        }
        guard parts[0].count <= Self.methodLimit else {
            throw refusal(.notImplemented, "there is no method with so long a name")
        }
        let method = HTTPMethod(rawValue: String(decoding: parts[0], as: UTF8.self))
        let validTarget = String(validating: parts[1], as: UTF8.self)
        let target = validTarget ?? String(decoding: parts[1], as: UTF8.self)
        let read = validTarget.flatMap(RequestTarget.init)
        authority = read?.authority
        request = HTTPRequest(
            method: method, target: target, parts: read, headers: [:], isHTTP11: version[7] != UInt8(ascii: "0"),
            peer: request.peer, listener: request.listener)
        guard parts[1].count <= limits.target else { throw targetTooLong(limits) }
        guard read != nil else { throw refusal(.badRequest, "the request target is not percent-encoded UTF-8") }
        guard parts[1].count(where: { $0 == UInt8(ascii: "&") }) < Self.fieldLimit else {
            throw refusal(.badRequest, "the query has more than \(Self.fieldLimit) parameters")
        }
    }

    // MARK: - Fields

    /// - Parameter isTrailer: it follows a chunked body, and is checked but not kept.
    mutating func readField(_ text: UnsafeRawBufferPointer, isTrailer: Bool) throws(WireRefusal) {
        guard let first = text.first, first != 0x20, first != 0x09 else {
            throw refusal(.badRequest, "a header goes on in a line of its own, which is no longer allowed")
        }
        guard let colon = text.firstIndex(of: UInt8(ascii: ":")), colon > 0, text[..<colon].allSatisfy(Self.isToken)
        else {
            throw refusal(
                .badRequest, "a header line is not a name and a colon right behind it: \(Self.shown(text))")
        }
        guard fields.count + trailerCount < Self.fieldLimit else {
            throw refusal(.headersTooLarge, "the request has more than \(Self.fieldLimit) headers")
        }
        if isTrailer {
            trailerCount += 1
            return
        }
        let value = text[(colon + 1)...].drop(while: Self.isSpace)
        let end = value.lastIndex { !Self.isSpace($0) }.map { $0 + 1 } ?? value.startIndex
        let field = HTTPHeaders.Field(
            name: String(decoding: text[..<colon], as: UTF8.self), value: String(decoding: value[..<end], as: UTF8.self)
        )
        // libmicrohttpd takes the spaces behind a value for a part of it.
        if end < value.endIndex, FieldRules.isFraming(field.name) {
            throw refusal(.badRequest, "\(field.name) ends with a space")
        }
        fields.append(field)
    }

    // MARK: - The end

    /// Looks at all of it together. What follows.
    mutating func finish(_ limits: ServerCore.RequestLimits) throws(WireRefusal) -> Body {
        if let authority, !fields.contains(where: { HTTPHeaders.same($0.name, "Host") }), !request.isHTTP11 {
            fields.append(HTTPHeaders.Field(name: "Host", value: authority))
        }
        request.headers = HTTPHeaders(fields: fields)
        if let response = FieldRules.refusal(of: request, authority: authority, limits) {
            throw WireRefusal(response, of: request)
        }
        isWhole = true
        if request.headers.contains("Transfer-Encoding") { return .chunked }
        guard let length = request.headers["Content-Length"].flatMap(UInt64.init), length > 0 else { return .none }
        return .sized(length)
    }

    func tooLong(_ limits: ServerCore.RequestLimits) -> WireRefusal {
        refusal(.contentTooLarge, "the request's body is longer than \(limits.body) bytes")
    }

    private func targetTooLong(_ limits: ServerCore.RequestLimits) -> WireRefusal {
        refusal(.uriTooLong, "the request target is longer than \(limits.target) bytes")
    }

    private func refusal(_ status: HTTPStatus, _ detail: String) -> WireRefusal {
        WireRefusal(.error(status, detail), of: request)
    }

    // MARK: - Bytes

    /// Whether a byte may stand in a method or a header's name (RFC 9110 section 5.6.2).
    private static func isToken(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

    /// The beginning of a line, for a message: up to its colon, for what follows may be secret.
    private static func shown(_ text: UnsafeRawBufferPointer) -> String {
        "'" + String(decoding: text.prefix(40).prefix { $0 != UInt8(ascii: ":") }, as: UTF8.self) + "'"
    }
}
