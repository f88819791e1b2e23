/// A label of a metric: its name and, where they are known beforehand, its values.
package struct MetricLabel: Sendable, Hashable {
    package let name: String
    /// The closed set of values; nil for a label whose values aren't known beforehand.
    package let values: [String]?

    /// - Precondition: the name follows `NamingRules`, and a closed set has a value and none of them twice.
    package init(name: String, values: [String]? = nil) {
        if let problem = NamingRules.problem(label: name, values: values) { preconditionFailure(problem) }
        self.name = name
        self.values = values
    }

    /// Whether a series may have that value.
    func admits(_ value: String) -> Bool {
        values?.contains(value) ?? true
    }
}
