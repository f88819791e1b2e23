extension ValueKind where Value == ExternalURL {
    /// Where browsers reach the server.
    static let externalURL = ValueKind(wants: "a URL such as https://jobs.example.com/sweep") {
        scalar, _ throws(ValueProblem) in
        do throws(ExternalURLProblem) {
            return try ExternalURL(parsing: scalar.text)
        } catch {
            throw ValueProblem("\(ValueProblem.quoted(scalar.text)) is no URL for this: \(error)")
        }
    } text: {
        YAMLText.scalar($0.text)
    }
}

extension ValueKind where Value == RoutePrefix {
    /// What paths begin with.
    static let routePrefix = ValueKind(wants: "a path such as /sweep, or / for none") {
        scalar, _ throws(ValueProblem) in
        do throws(ExternalURLProblem) {
            return try RoutePrefix(parsing: scalar.text)
        } catch {
            throw ValueProblem("\(ValueProblem.quoted(scalar.text)) is no prefix: \(error)")
        }
    } text: {
        YAMLText.scalar($0.path.isEmpty ? "/" : $0.path)
    }
}
