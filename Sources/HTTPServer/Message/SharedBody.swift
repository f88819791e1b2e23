import Synchronization

/// Bytes that many responses share: they are held once, compressed at most once, and sent without a copy.
///
/// Make one for a rendering that is served more than once (a cached exposition, a static page) and keep it.
package final class SharedBody: Sendable {
    /// The bytes as they are.
    package let identity: ByteStorage
    /// What the server keeps for bodies that it has sent before. It belongs to the server.
    let prepared = Mutex(PreparedResponses())
    private let gzipped: Mutex<Gzipped>

    private enum Gzipped {
        case notYet
        case notWorthIt
        case ready(ByteStorage)
    }

    /// - Parameter gzip: the same bytes in gzip format, where the caller has them already; otherwise they are
    ///   compressed when first asked for.
    package init(_ bytes: [UInt8], gzip: [UInt8]? = nil) {
        identity = ByteStorage(bytes)
        gzipped = Mutex(gzip.map { .ready(ByteStorage($0)) } ?? .notYet)
    }

    package convenience init(_ text: String) {
        self.init(Array(text.utf8))
    }

    package var count: Int { identity.count }

    /// The bytes in gzip format; nil where they are too few for that to be worth it or would not get fewer.
    package func gzip() -> ByteStorage? {
        gzipped.withLock { state in
            if case .notYet = state {
                let compressed = identity.withUnsafeBytes { Gzip.compressIfWorthwhile($0) }
                state = compressed.map { .ready(ByteStorage($0)) } ?? .notWorthIt
            }
            return if case .ready(let storage) = state { storage } else { nil }
        }
    }
}

/// Bytes at an address of their own that never change, so that C can be pointed at them.
package final class ByteStorage: @unchecked Sendable {
    // Safe to share: the memory is written in init alone, before any other thread can know it, and freed in deinit,
    // when no thread does any more.
    private let memory: UnsafeMutableRawBufferPointer

    package init(_ bytes: [UInt8]) {
        memory = UnsafeMutableRawBufferPointer.allocate(byteCount: max(bytes.count, 1), alignment: 16)
        memory.copyBytes(from: bytes)
        count = bytes.count
    }

    deinit {
        memory.deallocate()
    }

    package let count: Int

    package var bytes: [UInt8] { withUnsafeBytes { Array($0) } }

    package func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try body(UnsafeRawBufferPointer(rebasing: memory[..<count]))
    }

    /// The address of the first byte. Valid for as long as the object lives.
    var address: UnsafeRawPointer { UnsafeRawPointer(memory.baseAddress!) }
}
