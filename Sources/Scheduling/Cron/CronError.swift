/// What is wrong with a cron expression.
package enum CronError: Error, Hashable, Sendable {
    /// Something other than five fields.
    case fieldCount(Int)
    /// Neither a number, a name, nor `*`.
    case unreadable(CronField, String)
    /// A number that the field doesn't have.
    case outOfRange(CronField, String)
    /// A range whose end comes before its beginning.
    case backwards(CronField, String)
    /// A step of zero, longer than the field, or not a number.
    case step(CronField, String)
    /// `5/10`: Vixie's cron reads it as 5, others read it as 5-59/10. A program that deletes data doesn't guess.
    case stepWithoutRange(CronField, value: String, step: String)
    /// No date in the calendar matches.
    case neverTrue(String)
}

extension CronError: CustomStringConvertible {
    /// A sentence for a person: the field, what was wrong, and what is allowed.
    package var description: String {
        switch self {
        case .fieldCount(let count):
            let names = CronField.allCases.map(\.rawValue).joined(separator: " ")
            return "needs five fields (\(names)), got \(count)"
        case .unreadable(let field, let text):
            let number = "a number \(between(field.allowed))"
            let name = field.names.isEmpty ? "" : ", a name (\(field.names.joined(separator: ", ")))"
            return
                "\(field.rawValue): \(text.debugDescription) is not \(number)\(name), *, or a list, range or step of them"
        case .outOfRange(let field, let text):
            return "\(field.rawValue): \(text) is not \(between(field.allowed))"
        case .backwards(let field, let text):
            let hint = field == .dayOfWeek ? "; at the end of a range Sunday is 7" : ""
            return "\(field.rawValue): \(text) runs backwards\(hint)"
        case .step(let field, let text):
            return
                "\(field.rawValue): step \(text.debugDescription) is not a number \(between(1...field.everything.count))"
        case .stepWithoutRange(let field, let value, let step):
            let range = "\(value)-\(field.everything.upperBound)/\(step)"
            return
                "\(field.rawValue): \(value)/\(step) means \(value) to some crons and \(range) to others; write the one you mean"
        case .neverTrue(let text):
            return "\(text) never comes true: there is no such date"
        }
    }

    private func between(_ range: ClosedRange<Int>) -> String {
        "between \(range.lowerBound) and \(range.upperBound)"
    }
}
