import CMicrohttpd
import Synchronization

/// A reply that a handler owes: the connection is suspended until it is there.
final class PendingReply: Sendable {
    private enum State {
        case working(NativeConnection)
        case ready(HTTPResponse)
    }

    private let state: Mutex<State>

    init(_ connection: NativeConnection) {
        state = Mutex(.working(connection))
    }

    /// The response, once it is there.
    var response: HTTPResponse? {
        state.withLock { if case .ready(let response) = $0 { response } else { nil } }
    }

    /// Gives the response and wakes the connection; a second response is dropped.
    func fulfil(_ response: HTTPResponse) {
        state.withLock { state in
            guard case .working(let connection) = state else { return }
            state = .ready(response)
            // Under the lock, so that nobody who sees the response can have the connection or its daemon freed meanwhile.
            MHD_resume_connection(connection.pointer)
        }
    }
}

/// A libmicrohttpd connection.
struct NativeConnection: @unchecked Sendable {
    // Safe to share: of the functions that take it, only MHD_resume_connection is called from other threads, which
    // libmicrohttpd allows, and only while the connection is suspended, so that it exists.
    let pointer: OpaquePointer
}
