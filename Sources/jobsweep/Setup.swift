import Logging
import Sidecar
import Sweeping

/// What the commands have in common: the configuration, and the parts made from it.
enum Setup {
    static func loader(_ common: CommonOptions, web: WebOptions? = nil) -> ConfigurationLoader {
        let given = common.given.merging(web?.given ?? [:]) { $1 }
        let flags = CommandLineSettings(configFile: common.configFile, given)
        return ConfigurationLoader(commandLine: flags)
    }

    /// - Parameter findsState: false for a command that needs no state directory.
    /// - Throws: `Failure` that names everything that is wrong.
    static func configuration(_ common: CommonOptions, web: WebOptions? = nil, findsState: Bool = true) throws
        -> Configuration
    {
        do throws(ConfigurationError) {
            return try loader(common, web: web).load(findsState: findsState)
        } catch {
            throw Failure(.misuse, error.description)
        }
    }

    /// - Parameter quiet: log nothing below warnings, unless the user chose a level.
    static func parts(_ configuration: Configuration, quiet: Bool) throws -> SidecarParts {
        guard let database = configuration.database else {
            throw Failure(
                .misuse,
                "no database is given: use --database PATH, JOBSWEEP_DATABASE or 'database' in the configuration file;"
                    + " `jobsweep demo --database demo.db` makes one to try")
        }
        let isDefault = if case .standard = configuration.origin(of: "log.level") { true } else { false }
        let level = quiet && isDefault ? Logger.Level.warning : configuration.log.level
        do throws(StoreError) {
            return try SidecarParts(configuration, database: database, logLevel: LogLevelBox(level))
        } catch {
            throw Failure(.misuse, error.message)
        }
    }
}
