@testable import Sidecar

/// Loads configurations without touching this process' environment or files.
struct Loading {
    /// The configuration file's text; nil for no file.
    var file: [UInt8]?
    var environment: [String: String] = [:]
    var flags = CommandLineSettings()

    init(_ file: String? = nil, environment: [String: String] = [:]) {
        self.file = file.map { Array($0.utf8) }
        self.environment = environment
    }

    /// - Throws: `ConfigurationError`.
    func load() throws(ConfigurationError) -> Configuration {
        var flags = flags
        if file != nil { flags.configFile = "jobsweep.yml" }
        let bytes = file
        let loader = ConfigurationLoader(
            commandLine: flags, environment: ["HOME": "/home/me"].merging(environment) { $1 },
            workingDirectory: "/here",
            readFile: { path in
                guard path == "jobsweep.yml", let bytes else {
                    throw ConfigurationFileError(description: "No such file or directory")
                }
                return bytes
            })
        return try loader.load()
    }

    /// A line for each problem; none when the configuration is good.
    var problems: [String] {
        do throws(ConfigurationError) {
            _ = try load()
            return []
        } catch {
            return error.problems.map(\.description)
        }
    }
}
