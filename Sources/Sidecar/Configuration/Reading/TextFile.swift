import Foundation

/// Reads files that users name.
package enum TextFile {
    /// Says why a file can't be read.
    package struct Unreadable: Error, CustomStringConvertible {
        package let description: String
    }

    /// - Throws: `Unreadable`.
    package static func bytes(_ path: String) throws -> [UInt8] {
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
            throw Unreadable(description: "there is no such file")
        }
        guard !isDirectory.boolValue else { throw Unreadable(description: "it is a directory") }
        guard let bytes = FileManager.default.contents(atPath: path) else {
            throw Unreadable(description: "this user may not read it")
        }
        return Array(bytes)
    }
}
