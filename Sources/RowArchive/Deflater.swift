import CZlib

/// Compresses pieces one after the other with one zlib stream: making one costs as much as compressing some hundred kilobytes.
final class Deflater {
    /// zlib's fastest: the run waits for it.
    private static let level: Int32 = 1
    /// Of bytes from here on a sample is looked at first.
    private static let long = 64 << 10
    private static let sample = 16 << 10

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
        guard isReady, !bytes.isEmpty, bytes.count <= Int(UInt32.max / 2) else { return nil }
        return bytes.withUnsafeBufferPointer { bytes in
            guard let strategy = strategy(for: bytes), let result = deflated(bytes, strategy),
                result.count < bytes.count
            else { return nil }
            return result
        }
    }

    /// What repeats nothing, as encoded or encrypted values do, is only looked through for repeats in vain, which takes most of the time.
    /// - Returns: nil where the bytes are as few as they get.
    private func strategy(for bytes: UnsafeBufferPointer<UInt8>) -> Int32? {
        guard bytes.count >= Deflater.long else { return Z_DEFAULT_STRATEGY }
        let start = (bytes.count - Deflater.sample) / 2
        let sample = UnsafeBufferPointer(rebasing: bytes[start..<start + Deflater.sample])
        guard let byRepeats = deflated(sample, Z_DEFAULT_STRATEGY)?.count,
            let byLetters = deflated(sample, Z_HUFFMAN_ONLY)?.count
        else { return Z_DEFAULT_STRATEGY }
        guard min(byRepeats, byLetters) < Deflater.sample * 97 / 100 else { return nil }
        return byLetters <= byRepeats ? Z_HUFFMAN_ONLY : Z_DEFAULT_STRATEGY
    }

    /// Nil where zlib has no memory.
    private func deflated(_ bytes: UnsafeBufferPointer<UInt8>, _ strategy: Int32) -> [UInt8]? {
        guard deflateReset(&stream) == Z_OK, deflateParams(&stream, Deflater.level, strategy) == Z_OK else {
            return nil
        }
        let bound = Int(deflateBound(&stream, UInt(bytes.count)))
        var isWhole = false
        let result = [UInt8](unsafeUninitializedCapacity: bound) { output, count in
            stream.next_in = UnsafeMutablePointer(mutating: bytes.baseAddress)
            stream.avail_in = UInt32(bytes.count)
            stream.next_out = output.baseAddress
            stream.avail_out = UInt32(bound)
            isWhole = deflate(&stream, Z_FINISH) == Z_STREAM_END
            count = bound - Int(stream.avail_out)
        }
        return isWhole ? result : nil
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
