import Glibc

/// This process as the kernel lists it.
enum ProcSelf {
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
