import Glibc

/// What it means that a connection could not be accepted (accept(2)).
enum AcceptFailure: Equatable {
    /// All were accepted.
    case nothingThere
    /// The connection was over before it was accepted, or a firewall forbade it: Linux hands its network errors over here. The
    /// next may be well.
    case thatOneIsGone
    /// The process or the machine has no descriptor or no memory left: others must end first.
    case exhausted
    case unknown

    init(_ code: Int32) {
        switch code {
        case EAGAIN, EWOULDBLOCK: self = .nothingThere
        case ECONNABORTED, EINTR, EPROTO, ENETDOWN, ENETUNREACH, ENOPROTOOPT, EHOSTDOWN, EHOSTUNREACH, ENONET,
            EOPNOTSUPP, EPERM, ETIMEDOUT, ECONNRESET, ENOSR:
            self = .thatOneIsGone
        case EMFILE, ENFILE, ENOBUFS, ENOMEM: self = .exhausted
        default: self = .unknown
        }
    }
}

/// Takes a connection off a listening socket; below 0, with `errno`, where that fails. Tests inject failures here.
typealias Acceptor =
    @Sendable (_ listening: Int32, _ address: inout sockaddr_storage, _ length: inout socklen_t) -> Int32
