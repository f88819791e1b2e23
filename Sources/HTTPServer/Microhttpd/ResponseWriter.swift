import CMicrohttpd

/// Makes libmicrohttpd's form of a response value.
enum ResponseWriter {
    /// One use of a libmicrohttpd response. It is released when the value goes; libmicrohttpd holds its own reference
    /// from the moment that the response is queued.
    final class Prepared: @unchecked Sendable {
        // Safe to share: libmicrohttpd counts references to a response under a lock, and nothing changes it once made.
        let native: OpaquePointer

        init(_ native: OpaquePointer) {
            self.native = native
        }

        deinit {
            MHD_destroy_response(native)
        }
    }

    /// Nil only where there is no memory left.
    static func prepare(
        _ response: HTTPResponse, acceptEncoding: String?, attach: (ResponseStream) -> OpaquePointer?,
        refused: (_ header: String) -> Void
    ) -> Prepared? {
        switch response.body {
        case .none:
            return finish(MHD_create_response_from_buffer(0, nil, .RESPMEM_PERSISTENT), response.headers, refused)
        case .bytes(let bytes):
            return prepare(bytes, response, acceptEncoding, refused)
        case .shared(let shared):
            let acceptsGzip = ContentCoding.prefersGzip(acceptEncoding: acceptEncoding)
            return prepare(shared, response, acceptsGzip: acceptsGzip, refused)
        case .stream(let stream):
            return finish(attach(stream), response.headers, refused)
        }
    }

    private static func prepare(
        _ bytes: [UInt8], _ response: HTTPResponse, _ acceptEncoding: String?, _ refused: (String) -> Void
    ) -> Prepared? {
        var headers = response.headers
        var compressed: [UInt8]?
        if isNegotiable(response, count: bytes.count) {
            if ContentCoding.prefersGzip(acceptEncoding: acceptEncoding) {
                compressed = bytes.withUnsafeBytes { Gzip.compressIfWorthwhile($0) }
            }
            declare(gzip: compressed != nil, in: &headers)
        }
        let native = (compressed ?? bytes).withUnsafeBytes { raw in
            // libmicrohttpd promises not to write to what it copies.
            MHD_create_response_from_buffer(
                raw.count, UnsafeMutableRawPointer(mutating: raw.baseAddress), .RESPMEM_MUST_COPY)
        }
        return finish(native, headers, refused)
    }

    private static func prepare(
        _ shared: SharedBody, _ response: HTTPResponse, acceptsGzip: Bool, _ refused: (String) -> Void
    ) -> Prepared? {
        // Only where the status says nothing about the body does it not matter to what is kept.
        let mayBeKept = response.status.allowsBody
        if mayBeKept, let known = shared.prepared.withLock({ $0.find(response.headers, acceptsGzip: acceptsGzip) }) {
            return known
        }
        let negotiable = isNegotiable(response, count: shared.count)
        let wantsGzip = negotiable && acceptsGzip
        let compressed = wantsGzip ? shared.gzip() : nil
        let storage = compressed ?? shared.identity
        var headers = response.headers
        if negotiable { declare(gzip: compressed != nil, in: &headers) }
        let retained = Unmanaged.passRetained(storage)
        let native = MHD_create_response_from_buffer_with_free_callback_cls(
            storage.count, UnsafeMutableRawPointer(mutating: storage.address), releaseStorage, retained.toOpaque())
        guard let native else {
            retained.release()
            return nil
        }
        let prepared = finish(native, headers, refused)
        if mayBeKept, let prepared {
            shared.prepared.withLock { $0.keep(prepared, response.headers, acceptsGzip: acceptsGzip) }
        }
        return prepared
    }

    /// Whether the encoding of that response is the client's choice.
    private static func isNegotiable(_ response: HTTPResponse, count: Int) -> Bool {
        response.status.allowsBody && count >= ContentCoding.smallestWorthwhile
            && !response.headers.contains("Content-Encoding")
            && ContentCoding.isCompressible(response.headers["Content-Type"])
    }

    private static func declare(gzip: Bool, in headers: inout HTTPHeaders) {
        if gzip { headers["Content-Encoding"] = "gzip" }
        let vary = headers.list("Vary")
        headers["Vary"] = vary.map { $0 == "*" ? $0 : "\($0), Accept-Encoding" } ?? "Accept-Encoding"
    }

    private static func finish(
        _ native: OpaquePointer?, _ headers: HTTPHeaders, _ refused: (String) -> Void
    ) -> Prepared? {
        guard let native else { return nil }
        for field in headers.fields {
            // The library takes C strings, and would cut a value at its first NUL.
            guard !field.name.utf8.contains(0), !field.value.utf8.contains(0),
                MHD_add_response_header(native, field.name, field.value) == .YES
            else {
                refused(field.name)
                continue
            }
        }
        return Prepared(native)
    }
}

/// The responses that were made of one shared body: with the same headers, one is sent again as it is.
struct PreparedResponses {
    private struct Variant {
        let headers: HTTPHeaders
        let acceptsGzip: Bool
        let response: ResponseWriter.Prepared
    }

    /// For clients that take gzip and others, with a few sets of headers; more means that headers change with every
    /// response, and keeping them would be of no use.
    private static let limit = 4

    private var variants: [Variant] = []

    /// - Parameter headers: as the handler gave them.
    func find(_ headers: HTTPHeaders, acceptsGzip: Bool) -> ResponseWriter.Prepared? {
        variants.first { $0.acceptsGzip == acceptsGzip && $0.headers == headers }?.response
    }

    mutating func keep(_ response: ResponseWriter.Prepared, _ headers: HTTPHeaders, acceptsGzip: Bool) {
        guard variants.count < Self.limit else { return }
        variants.append(Variant(headers: headers, acceptsGzip: acceptsGzip, response: response))
    }
}
