/// This program's version, which `--version`, the status page and `jobsweep_build_info` show.
package enum Version {
    package static let number = "0.1.0"
    /// The compiler that built it; Swift doesn't tell it to programs, so it follows the package's tools version.
    package static let swift = swiftVersion
}

#if compiler(>=6.4)
    private let swiftVersion = "6.4"
#elseif compiler(>=6.3)
    private let swiftVersion = "6.3"
#else
    private let swiftVersion = "6.2"
#endif
