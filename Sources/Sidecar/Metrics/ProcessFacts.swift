import Glibc

/// What the kernel says of this process, as every exporter reports it.
package struct ProcessFacts: Sendable, Equatable {
    package var cpuSeconds: Double
    package var residentBytes: Double
    package var virtualBytes: Double
    package var openFiles: Int
    /// The soft limit on open files.
    package var fileLimit: Double
    /// Unix time.
    package var startTime: Double

    /// Reads them from `/proc` (proc(5)).
    package static func read() -> ProcessFacts {
        let fields = statFields()
        func number(_ field: Int) -> Double {
            // Field numbers as in proc(5), where the third is the first behind the command's name.
            let index = field - 3
            return fields.indices.contains(index) ? Double(fields[index]) ?? 0 : 0
        }
        let ticks = Double(sysconf(Int32(_SC_CLK_TCK)))
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        return ProcessFacts(
            cpuSeconds: (number(14) + number(15)) / ticks,
            residentBytes: number(24) * Double(sysconf(Int32(_SC_PAGESIZE))),
            virtualBytes: number(23), openFiles: countOpenFiles(),
            fileLimit: limit.rlim_cur == rlim_t.max ? .infinity : Double(limit.rlim_cur),
            startTime: bootTime + number(22) / ticks)
    }

    /// The fields of `/proc/self/stat` behind the command's name, which may itself hold spaces and parentheses.
    private static func statFields() -> [Substring] {
        guard let text = contents("/proc/self/stat"), let end = text.lastIndex(of: ")") else { return [] }
        return text[text.index(after: end)...].split(separator: " ")
    }

    private static let bootTime: Double = {
        let line = contents("/proc/stat")?.split(separator: "\n").first { $0.hasPrefix("btime ") }
        return line.flatMap { Double($0.dropFirst(6)) } ?? 0
    }()

    private static func countOpenFiles() -> Int {
        guard let directory = opendir("/proc/self/fd") else { return 0 }
        defer { closedir(directory) }
        var count = 0
        while readdir(directory) != nil { count += 1 }
        // Less ".", ".." and the directory's own descriptor.
        return max(0, count - 3)
    }

    private static func contents(_ path: String) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 8192)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            guard count > 0 else { break }
            bytes += buffer[..<count]
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
