// The functions that libmicrohttpd calls. They are free functions in a file of their own: a C callback that is a closure
// literal in main.swift or in a function bound to the main actor traps on libmicrohttpd's threads.

import CMicrohttpd
import Glibc

/// A connection has begun, or is about to be closed.
func connectionChanged(
    context: UnsafeMutableRawPointer?, native: OpaquePointer?,
    socketContext: UnsafeMutablePointer<UnsafeMutableRawPointer?>?, change: MHD_ConnectionNotificationCode
) {
    guard let core = ServerCore.of(context), let native, let socketContext else { return }
    switch change {
    case .CONNECTION_NOTIFY_STARTED:
        let descriptor = cmhd_descriptor(native)
        guard let connection = core.table.opened(descriptor) else {
            // Given up, because this thread was held up for so long.
            shutdown(descriptor, Int32(SHUT_RDWR))
            return
        }
        let context = Unmanaged.passRetained(connection).toOpaque()
        socketContext.pointee = context
        connection.native = native
        cmhd_watch(descriptor, connection.daemon.isTLS ? 1 : 0, bytesReceived, context)
        if connection.daemon.isTLS { core.beginHandshake(native, connection) }
    default:
        guard let stored = socketContext.pointee else { return }
        let connection = Unmanaged<Connection>.fromOpaque(stored).takeRetainedValue()
        socketContext.pointee = nil
        cmhd_unwatch(connection.descriptor)
        connection.native = nil
        core.leave(connection)
    }
}

/// A client has sent something, or has come to the end.
func bytesReceived(context: UnsafeMutableRawPointer?, bytes: UnsafeRawPointer?, count: Int) -> Int {
    guard let context else { return 0 }
    let connection = Unmanaged<Connection>.fromOpaque(context).takeUnretainedValue()
    return connection.core.received(UnsafeRawBufferPointer(start: bytes, count: count), on: connection)
}

/// The headers of a request, a piece of its body, or its end have come.
func requestArrived(
    context: UnsafeMutableRawPointer?, native: OpaquePointer?, url: UnsafePointer<CChar>?,
    method: UnsafePointer<CChar>?, version: UnsafePointer<CChar>?, upload: UnsafePointer<CChar>?,
    uploadSize: UnsafeMutablePointer<Int>?, requestContext: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
) -> MHD_Result {
    guard let core = ServerCore.of(context), let native, let connection = Connection.of(native), let uploadSize else {
        return .NO
    }
    let bytes = UnsafeRawBufferPointer(start: upload, count: upload == nil ? 0 : uploadSize.pointee)
    uploadSize.pointee = 0
    return core.advance(native, connection, upload: bytes) ? .YES : .NO
}

/// A request has been answered, or its connection has broken.
func requestCompleted(
    context: UnsafeMutableRawPointer?, native: OpaquePointer?,
    requestContext: UnsafeMutablePointer<UnsafeMutableRawPointer?>?, code: MHD_RequestTerminationCode
) {
    guard let core = ServerCore.of(context), let connection = Connection.of(native) else { return }
    core.complete(connection)
}

/// A response that streams has room for more.
func readStream(
    context: UnsafeMutableRawPointer?, position: UInt64, buffer: UnsafeMutablePointer<CChar>?, size: Int
) -> Int {
    guard let context else { return cmhd_end_with_error() }
    let source = Unmanaged<StreamSource>.fromOpaque(context).takeUnretainedValue()
    return source.read(into: UnsafeMutableRawBufferPointer(start: buffer, count: size))
}

/// A response that streamed is done with.
func releaseStream(context: UnsafeMutableRawPointer?) {
    guard let context else { return }
    Unmanaged<StreamSource>.fromOpaque(context).takeRetainedValue().close()
}

/// A response no longer needs the bytes that it was made of.
func releaseStorage(context: UnsafeMutableRawPointer?) {
    guard let context else { return }
    Unmanaged<ByteStorage>.fromOpaque(context).release()
}

/// GnuTLS wants what the client has sent.
func readTLS(context: UnsafeMutableRawPointer?, buffer: UnsafeMutableRawPointer?, size: Int) -> Int {
    guard let context else { return -1 }
    return Unmanaged<TLSTransport>.fromOpaque(context).takeUnretainedValue().read(into: buffer, size)
}

/// GnuTLS wants to know whether the client has sent anything.
func awaitTLS(context: UnsafeMutableRawPointer?, milliseconds: UInt32) -> Int32 {
    guard let context else { return -1 }
    let descriptor = Unmanaged<TLSTransport>.fromOpaque(context).takeUnretainedValue().connection.descriptor
    return clinux_wait_readable(descriptor, Int32(clamping: milliseconds))
}

/// A line for libmicrohttpd's log.
func libraryLogged(context: UnsafeMutableRawPointer?, line: UnsafePointer<CChar>?) {
    guard let core = ServerCore.of(context), let line else { return }
    var text = String(cString: line)
    while text.last?.isNewline == true { text.removeLast() }
    core.log(.library(text))
}

extension ServerCore {
    fileprivate static func of(_ context: UnsafeMutableRawPointer?) -> ServerCore? {
        context.map { Unmanaged<ServerCore>.fromOpaque($0).takeUnretainedValue() }
    }
}
