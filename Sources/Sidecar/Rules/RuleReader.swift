import Sweeping

/// Reads rules from a file: a list of maps, each key with its own meaning.
struct RuleReader {
    /// A mistake, and the line that it is on.
    struct Problem: Sendable, Equatable {
        var path: String
        var message: String
        var line: Int?
    }

    private let root: String
    let context = ReadingContext(workingDirectory: "/")
    private(set) var problems: [Problem] = []

    /// - Parameter root: what the path of every setting begins with: `rules`.
    init(root: String = "rules") {
        self.root = root
    }

    mutating func note(_ message: String, at path: String, _ line: Int?) {
        problems.append(Problem(path: path, message: message, line: line))
    }

    /// - Returns: what is good.
    mutating func read(_ node: RawNode) -> [RuleDraft] {
        if case .refused = node.content { return [] }
        guard let items = items(node, at: root, wants: "a list of rules, each with a name") else { return [] }
        var drafts: [RuleDraft] = []
        for (index, item) in items.enumerated() {
            guard let draft = rule(item, at: "\(root)[\(index)]") else { continue }
            if let first = drafts.first(where: { $0.name == draft.name }) {
                note(
                    "a rule of this name is there already\(first.line.map { ", on line \($0)" } ?? "")",
                    at: "\(root).\(draft.name)", draft.line)
                continue
            }
            drafts.append(draft)
        }
        return drafts
    }

    private mutating func rule(_ node: RawNode, at place: String) -> RuleDraft? {
        let wants = "a rule: a map with name, table, time and keep"
        guard let entries = map(node, at: place, wants: wants, tellsOfTwins: false) else { return nil }
        guard let nameEntry = entries.first(where: { $0.key == "name" }) else {
            note("has no `name`", at: place, node.line ?? entries.first?.line)
            return nil
        }
        guard let name = text(nameEntry.value, at: "\(place).name") else { return nil }
        if let problem = RuleReader.problem(ofName: name) {
            note(problem, at: "\(place).name", nameEntry.line)
            return nil
        }
        var draft = RuleDraft(name: name)
        draft.line = nameEntry.line ?? node.line
        for entry in entries where entry.key != "name" {
            let path = "\(root).\(name).\(entry.shownKey)"
            if let first = entry.firstLine {
                note("is there twice; the first is on line \(first)", at: path, entry.line)
                continue
            }
            guard let read = RuleReader.keys[entry.key] else {
                note(RuleReader.unknown(entry.key), at: path, entry.line)
                // What it was meant to be isn't missing too.
                if let meant = RuleReader.meant(by: entry.key) { draft.lines[meant] = entry.line }
                continue
            }
            draft.lines[entry.key] = entry.line
            read(&self, &draft, RawNode(content: entry.value.content, line: entry.line), path)
        }
        return draft
    }

    static func problem(ofName name: String) -> String? {
        let letters = UInt8(ascii: "a")...UInt8(ascii: "z")
        let bytes = Array(name.utf8)
        let isGood =
            bytes.first.map(letters.contains) == true && bytes.count <= 40
            && bytes.allSatisfy { letters.contains($0) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "_") }
        guard isGood else {
            return "\(ValueProblem.quoted(name)) is no name: it begins with a letter from a to z, and has letters,"
                + " digits and _, 40 at the most"
        }
        guard name != RunError.runLabel else { return "'run' is what a run's own errors are counted under" }
        guard name != "clock" else { return "'clock' is what `jobsweep approve clock` takes for the machine's clock" }
        return nil
    }

    private static func meant(by key: String) -> String? {
        Misspelling.nearest(to: key, among: keys.keys.sorted())
    }

    static func unknown(_ key: String) -> String {
        if let near = meant(by: key) {
            return "unknown key; did you mean '\(near)'?"
        }
        return "unknown key; known here: name, \(keys.keys.sorted().joined(separator: ", "))"
    }
}
