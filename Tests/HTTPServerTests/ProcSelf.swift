import Glibc

/// This process as the kernel lists it.
enum ProcSelf {
    /// How many sockets this process has open. Other descriptors come and go with the timers of the concurrency pool.
    static var sockets: Int {
        get throws {
            try entries("fd").count { name in
                var target = [CChar](repeating: 0, count: 64)
                let count = readlink("/proc/self/fd/\(name)", &target, target.count)
                let text = target.prefix(max(0, count)).map { UInt8(bitPattern: $0) }
                return String(decoding: text, as: UTF8.self).hasPrefix("socket:")
            }
        }
    }

    /// The names in a directory of /proc/self: `fd`, `task`.
    static func entries(_ directory: String) throws -> [String] {
        guard let stream = opendir("/proc/self/\(directory)") else { throw RawClientError(code: errno) }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }
}
