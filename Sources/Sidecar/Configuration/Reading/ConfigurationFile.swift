import Foundation
import Glibc

/// Reads a configuration file from the disk.
package enum ConfigurationFile {
    /// In bytes. Nobody writes a longer one, and a device never ends.
    static let sizeLimit = 1 << 20

    /// - Returns: the file's bytes. A pipe is read to its end.
    /// - Throws: `ConfigurationFileError`.
    package static func read(_ path: String) throws(ConfigurationFileError) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY)
        guard descriptor >= 0 else { throw ConfigurationFileError(code: errno) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count == 0 { return bytes }
            guard count > 0 else {
                if errno == EINTR { continue }
                throw ConfigurationFileError(code: errno)
            }
            bytes += buffer[..<count]
            guard bytes.count <= sizeLimit else { throw ConfigurationFileError(description: "it is larger than 1 MiB") }
        }
    }
}

/// Why a file can't be read, as a part of a sentence.
package struct ConfigurationFileError: Error, Equatable, CustomStringConvertible {
    package let description: String

    package init(description: String) {
        self.description = description
    }

    /// - Parameter code: as in `errno`.
    init(code: CInt) {
        description = String(cString: strerror(code))
    }
}

extension ConfigurationLoader {
    /// Reads this process' environment and files.
    package init(commandLine: CommandLineSettings) {
        self.init(
            commandLine: commandLine, environment: ProcessInfo.processInfo.environment,
            workingDirectory: FileManager.default.currentDirectoryPath, readFile: ConfigurationFile.read)
    }
}
