import CZlib
import CZstd

/// Compresses pieces one after the other with one context of Zstandard (RFC 8878), whose half of a megabyte is made once.
final class Compressor {
    /// The run waits for it: the fastest that still gives letters the bits that they need, so that digits in no order take a half.
    private static let level: CInt = 1

    private let context: OpaquePointer?

    init() {
        context = ZSTD_createCCtx()
    }

    deinit { ZSTD_freeCCtx(context) }

    /// The bytes as a Zstandard frame; nil where they don't get fewer, or there is no memory for it.
    /// - Parameter room: so many bytes are before it, for a head.
    func compress(_ bytes: [UInt8], leaving room: Int = 0) -> [UInt8]? {
        guard let context else { return nil }
        let result = [UInt8](unsafeUninitializedCapacity: room + bytes.count) { output, count in
            output[..<room].initialize(repeating: 0)
            let frame = UnsafeMutableBufferPointer(rebasing: output[room...])
            // What doesn't fit isn't wanted.
            let written = ZSTD_compressCCtx(
                context, frame.baseAddress, frame.count, bytes, bytes.count, Compressor.level)
            count = ZSTD_isError(written) == 0 ? room + written : 0
        }
        return result.isEmpty || result.count >= room + bytes.count ? nil : result
    }

    /// - Parameter count: how many bytes they were.
    /// - Returns: nil where they are damaged.
    static func expand(_ bytes: [UInt8], to count: Int) -> [UInt8]? {
        // The frame says it too, so that no damaged number asks for all memory.
        guard ZSTD_getFrameContentSize(bytes, bytes.count) == UInt64(count) else { return nil }
        let result = [UInt8](unsafeUninitializedCapacity: max(1, count)) { output, initialized in
            let written = ZSTD_decompress(output.baseAddress, count, bytes, bytes.count)
            initialized = ZSTD_isError(written) == 0 ? written : 0
        }
        return result.count == count ? result : nil
    }

    /// CRC-32, as zlib computes it.
    static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        bytes.withUnsafeBufferPointer { UInt32(truncatingIfNeeded: crc32(0, $0.baseAddress, UInt32($0.count))) }
    }
}
