import CBuild
import Sweeping

/// This program's version, which `--version`, the status page and `jobsweep_build_info` show.
package enum Version {
    package static let number = "0.2.0"
    /// The compiler that built it; Swift doesn't tell it to programs, so it follows the package's tools version.
    package static let swift = swiftVersion
    /// The commit that it was built from; nil where a plain `swift build` made it, which doesn't know.
    package static let commit = said(cbuild_commit())
    /// That commit's date, so that two builds of one commit are the same; nil where nobody said.
    package static let date = said(cbuild_date()).flatMap(Int64.init).map { Timestamp(sinceEpoch: .seconds($0)) }

    /// The number with commit and date as its build metadata (semver.org, section 10).
    package static var whole: String {
        let commit = commit.map { $0.prefix(12) + ($0.hasSuffix("-changed") ? "-changed" : "") } ?? "unknown-commit"
        return "\(number)+\(commit)" + (date.map { ".\($0.rfc3339.prefix(10))" } ?? "")
    }

    private static func said(_ text: UnsafePointer<CChar>) -> String? {
        text.pointee == 0 ? nil : String(cString: text)
    }
}

#if compiler(>=6.4)
    private let swiftVersion = "6.4"
#elseif compiler(>=6.3)
    private let swiftVersion = "6.3"
#else
    private let swiftVersion = "6.2"
#endif
