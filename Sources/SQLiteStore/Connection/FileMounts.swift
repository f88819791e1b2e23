import Foundation

/// Files that are mounted by themselves, as a container's volume of one file is.
///
/// SQLite's log lies beside the name that a file was opened under. Behind a mount of the file alone that is another folder than the
/// application's, and so another log.
enum FileMounts {
    /// - Parameter table: what the kernel says of this process' mounts (proc(5), `/proc/pid/mountinfo`); its fifth field is the place.
    static func contain(_ path: String, table: String = FileMounts.table) -> Bool {
        table.split(separator: "\n").contains { line in
            let fields = line.split(separator: " ", maxSplits: 5)
            return fields.count > 4 && fields[4].utf8.elementsEqual(escaped(path).utf8)
        }
    }

    private static var table: String {
        guard let bytes = FileManager.default.contents(atPath: "/proc/self/mountinfo") else { return "" }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// As the kernel writes it: what would end a field is written in octal digits.
    private static func escaped(_ path: String) -> String {
        path.replacing("\\", with: "\\134").replacing(" ", with: "\\040").replacing("\t", with: "\\011")
            .replacing("\n", with: "\\012")
    }
}
