import Foundation
import Logging
import Sweeping

package struct Configuration: Sendable {
    package var database: String?
    package var state = "/tmp/jobsweep-state"
    package var policy = SweepPolicy()
    package var tables = ApplicationTables()
    package var every: Duration = .seconds(1800)
    package var firstRunAfter: Duration = .seconds(60)
    package var logLevel = Logger.Level.info
    package var logFormat = LogFormat.text
    package var listen = ["127.0.0.1:9745"]
    package init() {}
    package func describe() -> String { "\(self)" }
}
