import HTTPServer

extension ValueKind where Value == String {
    /// The name of a table.
    static let table = ValueKind(wants: "a name") { scalar, context throws(ValueProblem) in
        guard !scalar.text.lowercased().hasPrefix("sqlite_") else {
            throw ValueProblem("\(ValueProblem.quoted(scalar.text)) is one of SQLite's own tables")
        }
        return try column.read(scalar, context)
    } text: {
        YAMLText.scalar($0)
    }

    /// The name of a column. It is quoted wherever it is used, so whatever SQLite takes is good.
    static let column = ValueKind(wants: "a name") { scalar, _ throws(ValueProblem) in
        try requireText(scalar)
        guard !scalar.text.isEmpty else { throw ValueProblem("is empty; write the name of a table or column") }
        guard !scalar.text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
            throw ValueProblem("\(ValueProblem.quoted(scalar.text)) has a control character in it")
        }
        return scalar.text
    } text: {
        YAMLText.scalar($0)
    }

    /// A query in the database's own language.
    static let query = ValueKind(wants: "a query") { scalar, _ throws(ValueProblem) in
        try requireText(scalar)
        let text = scalar.text.trimmingPrefix { $0.isWhitespace }
        guard text.lowercased().hasPrefix("select"), !scalar.text.contains(";"), !scalar.text.utf8.contains(0) else {
            throw ValueProblem("\(ValueProblem.quoted(scalar.text)) is not one SELECT without a semicolon")
        }
        return scalar.text
    } text: {
        YAMLText.scalar($0)
    }

    /// A directory.
    static let directory = ValueKind(wants: "the path of a directory") { scalar, context throws(ValueProblem) in
        try requireText(scalar)
        return try PathText.absolute(scalar.text, in: context.workingDirectory)
    } text: {
        YAMLText.scalar($0)
    }

    /// A file.
    static let file = ValueKind(wants: "the path of a file") { scalar, context throws(ValueProblem) in
        try requireText(scalar)
        return try PathText.absoluteFile(scalar.text, in: context.workingDirectory)
    } text: {
        YAMLText.scalar($0)
    }

    /// A job type, in whatever case; it is kept in lower case.
    static let jobType = ValueKind(wants: "a job type") { scalar, _ throws(ValueProblem) in
        try JobTypeName.read(scalar.text)
    } text: {
        YAMLText.scalar($0)
    }
}

extension ValueKind where Value == DatabaseLocation {
    static let database = ValueKind(wants: "the path of a database") { scalar, context throws(ValueProblem) in
        try requireText(scalar)
        return try DatabaseLocation(parsing: scalar.text, workingDirectory: context.workingDirectory)
    } text: {
        YAMLText.scalar($0.description)
    }
}

extension ValueKind where Value == ListenAddress {
    /// An address to listen on. Whether it exists only shows when it is bound.
    static let listenAddress = ValueKind(wants: "an address such as 127.0.0.1:9745") { scalar, _ throws(ValueProblem) in
        do throws(ListenAddressError) {
            return try ListenAddress(parsing: scalar.text)
        } catch {
            throw ValueProblem("\(ValueProblem.quoted(scalar.text)) is not an address to listen on: \(error.problem)")
        }
    } text: {
        YAMLText.quoted($0.description)
    }
}

/// Refuses what YAML takes for a number or a boolean: a bare `no` may have been meant either way.
private func requireText(_ scalar: RawScalar) throws(ValueProblem) {
    switch scalar.form {
    case .number: throw ValueProblem("\(ValueProblem.quoted(scalar.text)) is a number; put it in quotes if it is meant")
    case .boolean:
        throw ValueProblem("\(ValueProblem.quoted(scalar.text)) is a boolean; put it in quotes if it is meant")
    case .untyped, .text, .null: break
    }
}
