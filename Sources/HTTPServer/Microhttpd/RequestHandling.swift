import CMicrohttpd
import Dispatch
import Glibc

/// The steps of one request, as libmicrohttpd calls for them. Everything here runs on the connection's own thread.
extension ServerCore {
    /// The headers are there, a piece of the body is there, or the whole request is.
    ///
    /// - Returns: false to have the connection closed.
    func advance(_ native: OpaquePointer, _ connection: Connection, upload: UnsafeRawBufferPointer) -> Bool {
        switch connection.exchange {
        case .none:
            return begin(native, connection)
        case .receiving where !upload.isEmpty:
            connection.body += upload
            return true
        case .receiving:
            return ask(native, connection)
        case .waiting(let pending):
            // Not there yet: libmicrohttpd asks again when resumed.
            guard let response = pending.response, let request = connection.request else { return true }
            end(pending)
            return send(native, connection, request, response)
        case .replying:
            return true
        }
    }

    /// The request is over, answered or not.
    func complete(_ connection: Connection) {
        if case .waiting(let pending) = connection.exchange { end(pending) }
        connection.exchange = .none
        connection.request = nil
        connection.body = []
        connection.clock.enter(.idle, deadline: ConnectionClock.now() + timeouts.idle)
        if let refusal = connection.refusal, !connection.wasRefused, connection.scanner.isDrained {
            refuse(refusal, on: connection)
            // Has libmicrohttpd read, find the end, and close.
            shutdown(connection.descriptor, Int32(SHUT_RD))
        }
    }

    /// The headers are there.
    private func begin(_ native: OpaquePointer, _ connection: Connection) -> Bool {
        connection.mustLinger = false
        guard var request = connection.scanner.next() else {
            log(.unseenRequest)
            return false
        }
        request.clientCertificate = clientCertificate(native, connection)
        connection.request = request
        connection.exchange = .receiving
        if request.hasBody { connection.clock.enter(.body, deadline: ConnectionClock.now() + timeouts.body) }
        return true
    }

    private func clientCertificate(_ native: OpaquePointer, _ connection: Connection) -> String? {
        if let known = connection.clientCertificate { return known }
        let name = connection.tls?.clientCertificate(native)
        connection.clientCertificate = .some(name)
        return name
    }

    /// The request is whole: has it answered.
    private func ask(_ native: OpaquePointer, _ connection: Connection) -> Bool {
        guard var request = connection.request else { return false }
        swap(&request.body, &connection.body)
        guard !request.body.isEmpty else {
            return answer(native, connection, request, responder.reply(to: request))
        }
        // What is to be made of a body takes as long as its sender likes: these threads go on with other connections.
        let whole = request
        return answerLater(native, connection, request) { pending in
            ServerCore.decoding.async { [self] in
                switch responder.reply(to: whole) {
                case .now(let response): pending.fulfil(response)
                case .later(let work): run(work, for: pending)
                }
            }
        }
    }

    private func answer(
        _ native: OpaquePointer, _ connection: Connection, _ request: HTTPRequest, _ reply: HTTPReply
    ) -> Bool {
        switch reply {
        case .now(let response): send(native, connection, request, response)
        case .later(let work): answerLater(native, connection, request) { run(work, for: $0) }
        }
    }

    /// - Parameter start: begins what will give the reply.
    private func answerLater(
        _ native: OpaquePointer, _ connection: Connection, _ request: HTTPRequest, _ start: (PendingReply) -> Void
    ) -> Bool {
        let pending = PendingReply(NativeConnection(pointer: native))
        guard begin(pending) else {
            return send(native, connection, request, .error(.serviceUnavailable, "the server is stopping"))
        }
        connection.request = request
        connection.exchange = .waiting(pending)
        connection.clock.enter(.handling)
        MHD_suspend_connection(native)
        start(pending)
        return true
    }

    private func send(
        _ native: OpaquePointer, _ connection: Connection, _ request: HTTPRequest, _ response: HTTPResponse
    ) -> Bool {
        connection.exchange = .replying
        connection.clock.enter(.sending, deadline: ConnectionClock.now() + timeouts.sending)
        let prepared = ResponseWriter.prepare(
            response, acceptEncoding: request.headers.list("Accept-Encoding"),
            attach: { attach($0, native, connection, request) }, refused: { log(.headerRefused(name: $0)) })
        guard let prepared else { return false }
        return MHD_queue_response(native, UInt32(response.status.rawValue), prepared.native) == .YES
    }

    /// Makes the libmicrohttpd response that reads from a stream; nil where the stream cannot be sent.
    private func attach(
        _ stream: ResponseStream, _ native: OpaquePointer, _ connection: Connection, _ request: HTTPRequest
    ) -> OpaquePointer? {
        let handle = NativeConnection(pointer: native)
        let link = ResponseStream.Link(
            suspend: { MHD_suspend_connection(handle.pointer) }, resume: { MHD_resume_connection(handle.pointer) },
            cut: { [table] in table.shut(connection) })
        guard begin(stream, on: connection) else {
            stream.end(.serverStopped, cut: false)
            return nil
        }
        guard stream.attach(link) else {
            end(stream, on: connection)
            return nil
        }
        connection.clock.enter(.streaming)
        let source = Unmanaged.passRetained(
            StreamSource(stream, connection, handle, core: self, isChunked: request.isHTTP11))
        let response = MHD_create_response_from_callback(
            cmhd_size_unknown(), StreamSource.blockSize, readStream, source.toOpaque(), releaseStream)
        guard let response else {
            source.release()
            end(stream, on: connection)
            return nil
        }
        // libmicrohttpd 0.9.75 sends the last chunk of a body that HEAD must not have.
        if request.method == .head { cmhd_end_with_connection(response) }
        return response
    }
}
