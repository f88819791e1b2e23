import CMicrohttpd
import Glibc

/// The steps of one request, as libmicrohttpd calls for them. Everything here runs on the connection's own thread.
extension ServerCore {
    /// The headers are there, a piece of the body is there, or the whole request is.
    ///
    /// - Returns: false to have the connection closed.
    func advance(
        _ native: OpaquePointer, _ connection: Connection, method: UnsafePointer<CChar>, version: UnsafePointer<CChar>,
        upload: UnsafeRawBufferPointer
    ) -> Bool {
        switch connection.exchange {
        case .none:
            return begin(native, connection, method: method, version: version)
        case .receiving where !upload.isEmpty:
            guard connection.body.count + upload.count <= limits.body else {
                return refuseMidway(native, connection)
            }
            connection.body += upload
            return true
        case .receiving:
            return ask(native, connection)
        case .repeating(let known):
            return answerAgain(native, connection, known)
        case .refusing(let response):
            guard let request = connection.request else { return false }
            return answer(native, connection, request, responder.reply(to: request, turnedDown: response))
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
    }

    /// Looks at the headers. A body that will not be read is answered now, which ends the connection; anything else when
    /// the request is whole.
    private func begin(
        _ native: OpaquePointer, _ connection: Connection, method: UnsafePointer<CChar>, version: UnsafePointer<CChar>
    ) -> Bool {
        connection.mustLinger = false
        if RequestReader.isRepeated(native, connection, method: method, version: version) {
            if let known = connection.known {
                connection.exchange = .repeating(known)
                return true
            }
            if let request = connection.lastRequest {
                receive(request, connection)
                return true
            }
        }
        let (request, refusal) = RequestReader.head(
            of: native, connection, method: method, version: version, limits: limits)
        guard let refusal else {
            connection.lastRequest = request
            receive(request, connection)
            return true
        }
        guard RequestReader.hasBody(request) else {
            connection.request = request
            connection.exchange = .refusing(refusal)
            return true
        }
        connection.mustLinger = true
        return answer(native, connection, request, responder.reply(to: request, turnedDown: refusal))
    }

    private func receive(_ request: HTTPRequest, _ connection: Connection) {
        connection.request = request
        connection.exchange = .receiving
        if RequestReader.hasBody(request) {
            connection.clock.enter(.body, deadline: ConnectionClock.now() + timeouts.body)
        }
    }

    /// The request is whole: has it answered.
    private func ask(_ native: OpaquePointer, _ connection: Connection) -> Bool {
        guard var request = connection.request else { return false }
        swap(&request.body, &connection.body)
        let reply = responder.reply(to: request)
        if case .repeatable(let response, let repetition) = reply, !RequestReader.hasBody(request) {
            connection.known = KnownAnswer(response, to: request, repetition)
        }
        return answer(native, connection, request, reply)
    }

    private func answer(
        _ native: OpaquePointer, _ connection: Connection, _ request: HTTPRequest, _ reply: HTTPReply
    ) -> Bool {
        switch reply {
        case .now(let response), .repeatable(let response, _):
            return send(native, connection, request, response)
        case .later(let work):
            let pending = PendingReply(NativeConnection(pointer: native))
            guard begin(pending) else {
                return send(native, connection, request, .error(.serviceUnavailable, "the server is stopping"))
            }
            connection.request = request
            connection.exchange = .waiting(pending)
            connection.clock.enter(.handling)
            MHD_suspend_connection(native)
            run(work, for: pending)
            return true
        }
    }

    /// Answers the last request once more, as the handlers have said, or asks them again.
    private func answerAgain(_ native: OpaquePointer, _ connection: Connection, _ known: KnownAnswer) -> Bool {
        guard known.repetition.holds() else {
            connection.known = nil
            guard let request = connection.lastRequest else { return false }
            receive(request, connection)
            return ask(native, connection)
        }
        connection.exchange = .replying
        connection.clock.enter(.sending, deadline: ConnectionClock.now() + timeouts.sending)
        let prepared = ResponseWriter.prepare(known.repetition.body(), known) { log(.headerRefused(name: $0)) }
        guard let prepared else { return false }
        known.repetition.given(known.status)
        return MHD_queue_response(native, UInt32(known.status.rawValue), prepared.native) == .YES
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

    /// A body turned out too long on its way. libmicrohttpd takes no response there: it is written to the socket itself,
    /// and the connection ends.
    private func refuseMidway(_ native: OpaquePointer, _ connection: Connection) -> Bool {
        let refusal = HTTPResponse.error(.contentTooLarge, "the request's body is longer than \(limits.body) bytes")
        guard let request = connection.request,
            case .now(let response) = responder.reply(to: request, turnedDown: refusal)
        else { return false }
        connection.exchange = .replying
        connection.mustLinger = true
        connection.daemon.write(RawResponse.bytes(response), to: native, connection.descriptor)
        return false
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
