import CPostgres

/// Where the server's notices go: to whoever listens, and never to standard error, where libpq would write them.
final class NoticeReceiver: Sendable {
    /// Tells whoever listens.
    let note: @Sendable (String) -> Void

    init(_ note: @escaping @Sendable (String) -> Void) {
        self.note = note
    }

    /// The connection holds a bare pointer, so this object has to outlive it.
    func attach(to connection: OpaquePointer, _ libpq: jobsweep_libpq) {
        _ = libpq.setNoticeReceiver(connection, receiveNotice, Unmanaged.passUnretained(self).toOpaque())
    }
}

/// A free function, since libpq calls it on the connection's thread.
private func receiveNotice(_ context: UnsafeMutableRawPointer?, _ result: OpaquePointer?) {
    guard let context, let result, let libpq = try? LibPQ.load() else { return }
    guard let message = libpq.resultErrorField(result, CInt(JOBSWEEP_PQ_DIAG_MESSAGE_PRIMARY.rawValue)) else { return }
    Unmanaged<NoticeReceiver>.fromOpaque(context).takeUnretainedValue().note(String(cString: message))
}
