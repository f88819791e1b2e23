import CZlib

/// The gzip format (RFC 1952), by the system's zlib.
package enum Gzip {
    /// Between zlib's fast and small ends: an exposition of 30 KB takes well below a millisecond.
    private static let level: Int32 = 5

    /// The bytes compressed; nil where they are few, do not get fewer, or zlib has no memory left.
    static func compressIfWorthwhile(_ bytes: UnsafeRawBufferPointer) -> [UInt8]? {
        guard bytes.count >= ContentCoding.smallestWorthwhile, let result = compress(bytes) else { return nil }
        return result.count < bytes.count ? result : nil
    }

    /// The bytes in gzip format; nil only where zlib has no memory left or they are more than 2 GB.
    package static func compress(_ bytes: [UInt8]) -> [UInt8]? {
        bytes.withUnsafeBytes { compress($0) }
    }

    private static func compress(_ bytes: UnsafeRawBufferPointer) -> [UInt8]? {
        var stream = z_stream()
        guard bytes.count <= Int(UInt32.max / 2), czlib_start_gzip(&stream, level) == Z_OK else { return nil }
        defer { deflateEnd(&stream) }
        // deflateBound makes room for the whole result, so that one call is enough.
        let bound = Int(deflateBound(&stream, UInt(bytes.count)))
        var finished = false
        let result = [UInt8](unsafeUninitializedCapacity: bound) { output, count in
            stream.next_in = UnsafeMutablePointer(mutating: bytes.bindMemory(to: UInt8.self).baseAddress)
            stream.avail_in = UInt32(bytes.count)
            stream.next_out = output.baseAddress
            stream.avail_out = UInt32(bound)
            finished = deflate(&stream, Z_FINISH) == Z_STREAM_END
            count = bound - Int(stream.avail_out)
        }
        return finished ? result : nil
    }
}
