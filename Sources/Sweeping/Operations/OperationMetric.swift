/// A counter of an operation's own: rows changed, by labels.
package struct OperationMetric: Sendable, Equatable {
    package struct Label: Sendable, Equatable {
        package var name: String
        /// All that it can be.
        package var values: [String]

        package init(_ name: String, _ values: [String]) {
            self.name = name
            self.values = values
        }
    }

    package var name: String
    package var help: String
    package var labels: [Label]

    package init(_ name: String, _ help: String, labels: [Label] = []) {
        self.name = name
        self.help = help
        self.labels = labels
    }
}
