/// An option that can't be used, and why.
package struct PackOptionsError: Error, Equatable, CustomStringConvertible {
    /// The option as a person calls it, such as `label selector`.
    package let option: String
    /// What is wrong with the value and what it must be.
    package let problem: String

    package init(option: String, problem: String) {
        self.option = option
        self.problem = problem
    }

    package var description: String { "\(option): \(problem)" }
}
