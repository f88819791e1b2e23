/// Reads the configuration: flag over environment over file over default.
package struct ConfigurationLoader: Sendable {
    private let commandLine: CommandLineSettings
    private let environment: [String: String]
    private let workingDirectory: String
    private let readFile: @Sendable (String) throws -> [UInt8]

    /// - Parameters:
    ///   - workingDirectory: an absolute path, which relative ones start from.
    ///   - readFile: gives a file's bytes; what it throws is shown to the user behind the file's name.
    package init(
        commandLine: CommandLineSettings, environment: [String: String], workingDirectory: String,
        readFile: @escaping @Sendable (String) throws -> [UInt8]
    ) {
        self.commandLine = commandLine
        self.environment = environment
        self.workingDirectory = workingDirectory
        self.readFile = readFile
    }

    /// Reads everything anew, which a reload does too.
    /// - Parameter findsState: say so where nobody names a state directory and there is none to take; a command that needs none goes on.
    /// - Throws: `ConfigurationError` with all that is wrong, in the order file, environment, flags.
    package func load(findsState: Bool = true) throws(ConfigurationError) -> Configuration {
        var reading = ConfigurationReading(context: ReadingContext(workingDirectory: workingDirectory))
        readFile(into: &reading)
        EnvironmentSettings(environment: environment).read(into: &reading)
        commandLine.read(into: &reading)
        if findsState { DefaultState(environment: environment).fill(&reading) }
        ConsistencyChecks.check(&reading)
        guard reading.problems.isEmpty else { throw ConfigurationError(problems: Self.sorted(reading.problems)) }
        return reading.configuration
    }

    private func readFile(into reading: inout ConfigurationReading) {
        let variable = environment[EnvironmentSettings.configFile]
        let origin: ConfigurationOrigin =
            commandLine.configFile == nil
            ? .environment(variable: EnvironmentSettings.configFile) : .flag(name: "--config.file")
        guard let path = commandLine.configFile ?? variable else { return }
        guard !path.isEmpty else {
            reading.note("'' is no value; give the path of a file", at: nil, origin)
            return
        }
        do {
            let bytes = try readFile(path)
            reading.configuration.file = path
            FileSettings(path: path).read(bytes, into: &reading)
        } catch {
            reading.note("can't be read: \(error)", at: nil, .file(path: path, line: nil))
        }
    }

    /// The file's by line, then the environment's, the flags' and what belongs to none of them, each in the order of discovery.
    private static func sorted(_ problems: [ConfigurationProblem]) -> [ConfigurationProblem] {
        func rank(_ problem: ConfigurationProblem) -> (Int, Int) {
            switch problem.origin {
            case .file(_, let line): (0, line ?? 0)
            case .environment: (1, 0)
            case .flag: (2, 0)
            case .standard: (3, 0)
            }
        }
        // The standard library's sort keeps the order of equals.
        return problems.sorted { rank($0) < rank($1) }
    }
}
