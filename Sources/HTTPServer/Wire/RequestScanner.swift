import Glibc

/// Reads everything that a connection's client sends, before libmicrohttpd does, and stops at the first byte whose meaning is in
/// doubt.
///
/// Two readers that see two requests in the same bytes are how requests are smuggled past a proxy. So this reader takes exactly
/// what RFC 9112 says, libmicrohttpd gets only what was taken here, and both then agree on where each request ends. The values
/// that handlers see are made here too: nothing of a request is ever a C string, which ends at its first NUL.
struct RequestScanner {
    /// What is to become of bytes that have come.
    enum Verdict {
        case pass
        /// The first so many belong to requests before; what follows is refused, and the connection ends.
        case refuse(after: Int, WireRefusal)
    }

    private enum State {
        /// Before a request's first byte.
        case between
        case requestLine
        case fields
        case content(left: UInt64)
        case chunkSize
        case chunk(left: UInt64)
        case chunkEnd
        case trailers
        /// Behind a request that was the last by its own word: nothing more is read.
        case over
    }

    private let limits: ServerCore.RequestLimits
    private let blank: HTTPRequest
    private var state = State.between
    /// The beginning of a line whose end hasn't come yet.
    private var line: [UInt8] = []
    private var head: RequestHead
    /// What a chunked body has come to so far.
    private var bodySize: UInt64 = 0
    /// Whole heads that nobody has asked for yet, oldest first.
    private var waiting: ArraySlice<HTTPRequest> = []
    /// The last request without a body, and its bytes: a client that keeps its connection mostly sends the same again.
    private var last: (bytes: [UInt8], request: HTTPRequest)?

    /// - Parameter blank: a request with nothing but where it comes from.
    init(_ blank: HTTPRequest, limits: ServerCore.RequestLimits) {
        self.blank = blank
        self.limits = limits
        head = RequestHead(blank)
    }

    /// Whether a request has begun that hasn't come to its end.
    var isMidway: Bool {
        switch state {
        case .between, .over: false
        case .requestLine, .fields, .content, .chunkSize, .chunk, .chunkEnd, .trailers: true
        }
    }

    /// Whether all requests so far were asked for.
    var isDrained: Bool { waiting.isEmpty }

    /// What is known of the request under way.
    var unfinished: HTTPRequest { head.request }

    /// The oldest request that wasn't asked for yet, without its body.
    mutating func next() -> HTTPRequest? { waiting.popFirst() }

    mutating func scan(_ bytes: UnsafeRawBufferPointer) -> Verdict {
        var place = 0
        // Where the request under way begins among these bytes; it may have begun before them.
        var start = 0
        var beganHere = false
        do throws(WireRefusal) {
            while place < bytes.count {
                if case .over = state { break }
                if !isMidway {
                    (start, beganHere) = (place, true)
                    if let size = takeRepetition(UnsafeRawBufferPointer(rebasing: bytes[place...])) {
                        place += size
                        continue
                    }
                    head = RequestHead(blank)
                    state = .requestLine
                }
                place += try take(UnsafeRawBufferPointer(rebasing: bytes[place...]))
                if !isMidway, beganHere, start + head.size == place { remember(bytes[start..<place]) }
            }
            return .pass
        } catch {
            // libmicrohttpd won't see its head, so that nobody will ask for it.
            if beganHere, head.isWhole { waiting.removeLast() }
            return .refuse(after: start, error)
        }
    }
}

// MARK: - Steps

extension RequestScanner {
    /// Takes the next piece; how many bytes it has.
    private mutating func take(_ rest: UnsafeRawBufferPointer) throws(WireRefusal) -> Int {
        switch state {
        case .content(let left):
            let count = Int(min(left, UInt64(rest.count)))
            if UInt64(count) == left { finish() } else { state = .content(left: left - UInt64(count)) }
            return count
        case .chunk(let left):
            let count = Int(min(left, UInt64(rest.count)))
            state = UInt64(count) == left ? .chunkEnd : .chunk(left: left - UInt64(count))
            return count
        case .between, .requestLine, .fields, .chunkSize, .chunkEnd, .trailers, .over:
            guard let base = rest.baseAddress, let found = memchr(base, 0x0A, rest.count) else {
                line += rest
                try checkBeginning()
                return rest.count
            }
            let end = UnsafeRawPointer(found) - base
            if line.isEmpty {
                try takeLine(UnsafeRawBufferPointer(rebasing: rest[..<end]))
            } else {
                line += rest[..<end]
                let whole = line
                line = []
                // The closure of withUnsafeBytes can't throw an error of one type.
                let result = whole.withUnsafeBytes { bytes in
                    Result { () throws(WireRefusal) in try takeLine(bytes) }
                }
                try result.get()
            }
            return end + 1
        }
    }

    /// A line that hasn't ended. libmicrohttpd looks at some before they have, and must find nothing wrong with them.
    private func checkBeginning() throws(WireRefusal) {
        switch state {
        case .chunkEnd: guard line == [0x0D] else { throw refusal(.badRequest, Self.chunkWithoutEnd) }
        case .chunkSize: _ = try chunkSize(line.withUnsafeBytes { Array($0.prefix { $0 != 0x0D }) }[...])
        case .requestLine: try head.checkSize(adding: line.count, isRequestLine: true, limits)
        case .fields, .trailers: try head.checkSize(adding: line.count, isRequestLine: false, limits)
        case .between, .over, .content, .chunk: break
        }
    }

    /// - Parameter bytes: a line without its line feed.
    private mutating func takeLine(_ bytes: UnsafeRawBufferPointer) throws(WireRefusal) {
        guard bytes.last == 0x0D else {
            throw refusal(
                .badRequest, "a line of the request ends with a line feed alone; it takes a carriage return before")
        }
        let text = UnsafeRawBufferPointer(rebasing: bytes.dropLast())
        guard !text.contains(where: { ($0 < 0x20 && $0 != 0x09) || $0 == 0x7F }) else {
            throw refusal(
                .badRequest, "a line of the request has a control character in it (NUL, a carriage return or another)")
        }
        switch state {
        case .requestLine:
            try head.checkSize(adding: bytes.count + 1, isRequestLine: true, limits)
            head.size += bytes.count + 1
            // An empty line, which some clients send after a body.
            guard !text.isEmpty else { return finish() }
            try head.readRequestLine(text, limits)
            state = .fields
        case .fields:
            try head.checkSize(adding: bytes.count + 1, isRequestLine: false, limits)
            head.size += bytes.count + 1
            guard text.isEmpty else { return try head.readField(text, isTrailer: false) }
            try finishHead()
        case .chunkSize:
            let size = try chunkSize(Array(text)[...])
            guard size > 0 else {
                state = .trailers
                return
            }
            bodySize += size
            guard bodySize <= UInt64(limits.body) else { throw head.tooLong(limits) }
            state = .chunk(left: size)
        case .chunkEnd:
            guard text.isEmpty else { throw refusal(.badRequest, Self.chunkWithoutEnd) }
            state = .chunkSize
        case .trailers:
            try head.checkSize(adding: bytes.count + 1, isRequestLine: false, limits)
            head.size += bytes.count + 1
            guard text.isEmpty else { return try head.readField(text, isTrailer: true) }
            finish()
        case .between, .over, .content, .chunk: break
        }
    }

    private mutating func finishHead() throws(WireRefusal) {
        let body = try head.finish(limits)
        waiting.append(head.request)
        switch body {
        case .none: finish()
        case .sized(let size): state = .content(left: size)
        case .chunked: state = .chunkSize
        }
    }

    private mutating func finish() {
        state = head.isWhole && head.request.endsConnection ? .over : .between
        bodySize = 0
    }

    /// A chunk's size, with or without an extension: at least one hexadecimal digit.
    private func chunkSize(_ text: ArraySlice<UInt8>) throws(WireRefusal) -> UInt64 {
        let digits = text.prefix { $0 != UInt8(ascii: ";") }
        guard !digits.isEmpty, text.count <= 256, digits.allSatisfy(Self.isHexadecimal) else {
            throw refusal(.badRequest, "the size of a chunk is not a hexadecimal number")
        }
        guard digits.count <= 15, let size = UInt64(String(decoding: digits, as: UTF8.self), radix: 16) else {
            throw head.tooLong(limits)
        }
        return size
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
            UInt8(ascii: "A")...UInt8(ascii: "F"):
            true
        default: false
        }
    }

    private static let chunkWithoutEnd = "a chunk of the body doesn't end where its size says"

    private func refusal(_ status: HTTPStatus, _ detail: String) -> WireRefusal {
        WireRefusal(.error(status, detail), of: head.request)
    }
}

// MARK: - Repetitions

extension RequestScanner {
    /// Takes the request that came last, if it has come again; how many bytes it has.
    private mutating func takeRepetition(_ bytes: UnsafeRawBufferPointer) -> Int? {
        guard let last, bytes.count >= last.bytes.count, let base = bytes.baseAddress,
            last.bytes.withUnsafeBytes({ memcmp(base, $0.baseAddress!, $0.count) }) == 0
        else { return nil }
        waiting.append(last.request)
        return last.bytes.count
    }

    private mutating func remember(_ bytes: Slice<UnsafeRawBufferPointer>) {
        guard head.isWhole, let request = waiting.last, !request.hasBody, !request.endsConnection else { return }
        last = (Array(bytes), request)
    }
}
