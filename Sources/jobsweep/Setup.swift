import Foundation
import Logging
import Sidecar
import SQLiteStore
import Sweeping

enum Setup {
    static func configuration(_ common: CommonOptions, web: WebOptions? = nil) throws -> Configuration {
        var c = Configuration()
        let env = ProcessInfo.processInfo.environment
        c.database = common.database ?? env["JOBSWEEP_DATABASE"]
        if let s = common.state ?? env["JOBSWEEP_STATE"] { c.state = s }
        if let w = web, !w.listenAddresses.isEmpty { c.listen = w.listenAddresses }
        return c
    }

    static func parts(_ configuration: Configuration, quiet: Bool) throws -> SidecarParts {
        guard let database = configuration.database else {
            throw Failure(
                .misuse,
                "no database is given: use --database PATH, JOBSWEEP_DATABASE or 'database' in the configuration file; `jobsweep demo --database demo.db` makes one to try"
            )
        }
        do {
            return try SidecarParts(
                configuration, database: database, logLevel: LogLevelBox(quiet ? .warning : configuration.logLevel))
        } catch {
            throw Failure(.misuse, error.message)
        }
    }

    static func writeDemo(to path: String) throws -> String { "" }
    static func describeSource(_ configuration: Configuration) throws -> String { "" }
    static func checkWeb(_ configuration: Configuration) throws {}
}
