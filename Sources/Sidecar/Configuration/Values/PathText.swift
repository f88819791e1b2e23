/// Paths of files and directories as users write them.
enum PathText {
    /// The path as an absolute one; `..` stays, because what it means is up to symbolic links.
    /// - Throws: `ValueProblem` for what a shell would have expanded, what isn't text, and what can't be a path.
    static func absolute(_ text: String, in workingDirectory: String) throws(ValueProblem) -> String {
        let quoted = ValueProblem.quoted(text)
        guard !text.isEmpty else { throw ValueProblem("is empty; write a path") }
        guard !text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
            throw ValueProblem("\(quoted) has a control character in it")
        }
        if text == "~" || text.hasPrefix("~/") {
            throw ValueProblem("\(quoted) begins with ~, which only a shell understands; write the path out")
        }
        guard !text.hasPrefix("/") else { return text }
        var path = text[...]
        while path.hasPrefix("./") { path = path.dropFirst(2).drop { $0 == "/" } }
        if path.isEmpty || path == "." { return workingDirectory }
        return workingDirectory.hasSuffix("/") ? workingDirectory + path : workingDirectory + "/" + path
    }

    /// The same for a file, whose path doesn't end as a directory's does.
    static func absoluteFile(_ text: String, in workingDirectory: String) throws(ValueProblem) -> String {
        let path = try absolute(text, in: workingDirectory)
        let last = text.split(separator: "/", omittingEmptySubsequences: false).last ?? ""
        guard !["", ".", ".."].contains(last) else {
            throw ValueProblem("\(ValueProblem.quoted(text)) is a directory; write the path of a file")
        }
        return path
    }
}
