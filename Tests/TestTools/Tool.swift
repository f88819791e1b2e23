import Foundation

/// Another program, run by a test to its end.
package enum Tool {
    package struct Result {
        package var status: Int32
        package var output: String
        package var errors: String
    }

    /// Runs a program found by PATH to its end.
    package static func run(_ arguments: [String], input: String = "", in directory: URL? = nil) throws -> Result {
        let running = try RunningTool(arguments, in: directory)
        running.write(input)
        return running.finish()
    }
}
