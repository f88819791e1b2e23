import Glibc

/// A request's target as libmicrohttpd gave it, before the headers came.
struct ReceivedTarget {
    var text = ""
    var isValid = true
    /// Where the target stood in memory: libmicrohttpd ends it at the first NUL, and only the place of the version after
    /// it tells that there was one.
    private var end = UInt(0)

    init() {}

    /// Takes another target.
    mutating func receive(_ pointer: UnsafePointer<CChar>?) {
        guard let pointer else {
            self = ReceivedTarget()
            return
        }
        let count = strlen(pointer)
        end = UInt(bitPattern: pointer) + UInt(count)
        if isValid, text.hasBytes(pointer, count) { return }
        if let valid = String(validatingCString: pointer) {
            (text, isValid) = (valid, true)
        } else {
            (text, isValid) = (String(cString: pointer), false)
        }
    }

    /// Whether a NUL byte stands between the target and the version of its request line.
    func hasNUL(before version: UnsafePointer<CChar>) -> Bool {
        let place = UInt(bitPattern: version)
        return end != 0 && place > end && place != end + 1
    }
}

extension String {
    /// Whether the text is exactly these bytes of UTF-8.
    func hasBytes(_ pointer: UnsafePointer<CChar>, _ count: Int) -> Bool {
        utf8.count == count
            && (utf8.withContiguousStorageIfAvailable { memcmp($0.baseAddress!, pointer, count) == 0 } ?? false)
    }
}
