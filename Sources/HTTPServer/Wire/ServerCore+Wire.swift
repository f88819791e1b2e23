import CMicrohttpd
import Glibc

/// What a connection receives, on its own thread.
extension ServerCore {
    /// Bytes have come, or none: the end.
    ///
    /// - Returns: how many of them libmicrohttpd is to have; 0 has it close the connection.
    func received(_ bytes: UnsafeRawBufferPointer, on connection: Connection) -> Int {
        connection.hasSpoken = true
        // Nothing that follows a refusal is looked at.
        guard connection.refusal == nil else { return 0 }
        // Out of time, what still comes is as good as the end: libmicrohttpd, which waits after a few bytes for more, would not see that.
        let hasExpired = connection.hasExpired.load(ordering: .relaxed)
        guard !bytes.isEmpty, !hasExpired else {
            if hasExpired, connection.scanner.isMidway {
                let late = HTTPResponse.error(.requestTimeout, "the request took too long to come")
                refuse(WireRefusal(late, of: connection.scanner.unfinished), on: connection)
            }
            return 0
        }
        guard case .refuse(let sound, let refusal) = connection.scanner.scan(bytes) else { return bytes.count }
        connection.refusal = refusal
        // Requests before it are answered first; `complete` comes back to it.
        if sound > 0, connection.isAnswering { return sound }
        refuse(refusal, on: connection)
        return 0
    }

    /// Says what was wrong, past libmicrohttpd, whose own answers are few and in HTML.
    func refuse(_ refusal: WireRefusal, on connection: Connection) {
        connection.refusal = refusal
        connection.wasRefused = true
        connection.mustLinger = true
        guard let native = connection.native else { return }
        var request = refusal.request
        request.wasTurnedDown = true
        var response = refusal.response
        // Nobody makes another answer of it.
        if case .now(let seen) = responder.reply(to: request, turnedDown: response), seen.status == response.status {
            response = seen
        }
        let bytes = RawResponse.bytes(response, toHead: refusal.request.method == .head)
        connection.daemon.write(bytes, to: native, connection.descriptor)
    }
}
