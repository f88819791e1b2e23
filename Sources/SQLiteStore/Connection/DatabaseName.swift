import Foundation
import Glibc

/// What a database is known by: its path with all symbolic links resolved, whether or not there is a file at its end. A file that is
/// away for a while keeps its history and its totals.
enum DatabaseName {
    /// So many links may lead from one to the next, as in the kernel.
    private static let longestChain = 40

    static func of(_ path: String) -> String {
        var path = path
        for _ in 0..<longestChain {
            if let name = resolved(path) { return name }
            guard let target = try? FileManager.default.destinationOfSymbolicLink(atPath: path) else { break }
            path = target.hasPrefix("/") ? target : folder(of: path) + "/" + target
        }
        if let folder = resolved(folder(of: path)) {
            return (folder == "/" ? "" : folder) + "/" + (path.split(separator: "/").last ?? "")
        }
        return path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
    }

    private static func resolved(_ path: String) -> String? {
        guard let name = realpath(path, nil) else { return nil }
        defer { free(name) }
        return String(cString: name)
    }

    private static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}
