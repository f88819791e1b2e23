import CZlib

/// Compresses pieces one after the other with one zlib stream: making one costs as much as compressing some hundred kilobytes.
final class Deflater {
    /// zlib's fastest: it compresses rows under the application's lock.
    private static let level: Int32 = 1

    private var stream = z_stream()
    private let isReady: Bool

    init() {
        isReady = czlib_start_deflate(&stream, Deflater.level) == Z_OK
    }

    deinit {
        if isReady { deflateEnd(&stream) }
    }

    /// The bytes in zlib's format (RFC 1950); nil where they don't get fewer, or zlib has no memory.
    func compress(_ bytes: [UInt8]) -> [UInt8]? {
        guard isReady, !bytes.isEmpty, bytes.count <= Int(UInt32.max / 2), deflateReset(&stream) == Z_OK else {
            return nil
        }
        let bound = Int(deflateBound(&stream, UInt(bytes.count)))
        var isWhole = false
        let result = [UInt8](unsafeUninitializedCapacity: bound) { output, count in
            bytes.withUnsafeBufferPointer { input in
                stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
                stream.avail_in = UInt32(input.count)
                stream.next_out = output.baseAddress
                stream.avail_out = UInt32(bound)
                isWhole = deflate(&stream, Z_FINISH) == Z_STREAM_END
            }
            count = bound - Int(stream.avail_out)
        }
        return isWhole && result.count < bytes.count ? result : nil
    }

    /// - Parameter count: how many bytes they were.
    /// - Returns: nil where they are damaged.
    static func expand(_ bytes: [UInt8], to count: Int) -> [UInt8]? {
        var written = UInt(count)
        var code = Z_OK
        let result = [UInt8](unsafeUninitializedCapacity: max(1, count)) { output, initialized in
            code = uncompress(output.baseAddress, &written, bytes, UInt(bytes.count))
            initialized = code == Z_OK ? Int(written) : 0
        }
        return code == Z_OK && result.count == count ? result : nil
    }

    static func checksum(_ bytes: [UInt8]) -> UInt32 {
        UInt32(truncatingIfNeeded: crc32(0, bytes, UInt32(bytes.count)))
    }
}
