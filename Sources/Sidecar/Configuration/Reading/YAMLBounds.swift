/// What is looked at before a text is given to the YAML parser: no short text may become a tree without end, and no long one be read for
/// minutes. Depth is bounded by the parser itself.
enum YAMLBounds {
    /// Lines, and commas between values in one line. Nobody writes as many settings.
    static let entries = 10_000
    /// Aliases of aliases double with each; so many of them are still a small tree.
    static let aliases = 16

    /// - Throws: `YAMLProblem` for a text that is too much.
    static func check(_ text: String) throws(YAMLProblem) {
        var line = 1
        var entries = 0
        var aliases = 0
        var before = UInt8(ascii: "\n")
        var isStar = false
        for byte in text.utf8 {
            // A star is an alias where a name follows it and nothing of a word comes before it; `*/5` in a plain cron counts too.
            if isStar, !isSpace(byte) { aliases += 1 }
            isStar = byte == UInt8(ascii: "*") && (isSpace(before) || opening.contains(before))
            if byte == UInt8(ascii: "\n") { line += 1 }
            if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: ",") { entries += 1 }
            before = byte
            guard entries <= YAMLBounds.entries else {
                throw YAMLProblem(line: line, message: "the file has more than \(YAMLBounds.entries) lines or values")
            }
            guard aliases <= YAMLBounds.aliases else {
                throw YAMLProblem(
                    line: line,
                    message:
                        "the file has more than \(YAMLBounds.aliases) words that begin with *; aliases are not taken")
            }
        }
    }

    private static let opening = Array("[{,?:-&".utf8)

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D
    }
}
