/// An operation's name: in the configuration, on the command line, in reports, and as the metrics' label.
package struct OperationName: RawRepresentable, Sendable, Hashable, Codable, ExpressibleByStringLiteral,
    CustomStringConvertible
{
    package let rawValue: String

    package init(rawValue: String) {
        self.rawValue = rawValue
    }

    package init(stringLiteral name: String) {
        rawValue = name
    }

    package var description: String { rawValue }
}
