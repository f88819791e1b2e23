import HTTPServer

/// Reads a web configuration strictly: what isn't known is fatal, and what would be less safe if it were ignored is too.
package struct WebConfigurationReader {
    private let path: String
    private let readFile: (String) throws -> [UInt8]
    private(set) var problems: [(line: Int?, text: String)] = []
    var result = WebConfiguration()

    private static let sections = ["tls_server_config", "http_server_config", "basic_auth_users"]

    /// - Parameters:
    ///   - path: the file; relative paths in it start from its directory.
    ///   - readFile: gives a file's bytes; what it throws is shown to the user.
    package static func read(
        _ path: String, readFile: (String) throws -> [UInt8]
    ) throws(WebConfigurationError) -> WebConfiguration {
        do {
            return try withoutActuallyEscaping(readFile) { readFile in
                var reader = WebConfigurationReader(path: path, readFile: readFile)
                return try reader.read()
            }
        } catch let error as WebConfigurationError {
            throw error
        } catch {
            throw WebConfigurationError(problems: ["\(path): \(error)"])
        }
    }

    private init(path: String, readFile: @escaping (String) throws -> [UInt8]) {
        self.path = path
        self.readFile = readFile
    }

    private mutating func read() throws -> WebConfiguration {
        if let root = try document() {
            for entry in entries(root, "the web configuration") {
                switch entry.key {
                case "tls_server_config": readTLS(entry)
                case "http_server_config": readHTTP(entry)
                case "basic_auth_users": readUsers(entry)
                default: unknown(entry, among: WebConfigurationReader.sections)
                }
            }
        }
        guard problems.isEmpty else {
            let sorted = problems.enumerated().sorted {
                ($0.element.line ?? 0, $0.offset) < ($1.element.line ?? 0, $1.offset)
            }
            throw WebConfigurationError(problems: sorted.map { location($0.element.line) + $0.element.text })
        }
        return result
    }

    private mutating func document() throws -> RawNode? {
        let bytes: [UInt8]
        do {
            bytes = try readFile(path)
        } catch {
            throw WebConfigurationError(problems: ["\(path): can't be read: \(error)"])
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw WebConfigurationError(problems: ["\(path): is not UTF-8 text"])
        }
        do throws(YAMLProblem) {
            let document = try YAMLDocument(parsing: text)
            for problem in document.problems { note(problem.line, problem.message) }
            return document.root
        } catch {
            throw WebConfigurationError(problems: [location(error.line) + error.message])
        }
    }

    // MARK: - Sections

    private mutating func readHTTP(_ section: RawEntry) {
        for entry in entries(section.value, section.key) {
            let name = "\(section.key).\(entry.key)"
            switch entry.key {
            case "http2":
                guard let text = scalar(entry, name) else { continue }
                guard text == "true" || text == "false" else {
                    note(entry.line, "\(name): must be true or false, not '\(text)'")
                    continue
                }
                if text == "true" { result.notices.append("\(name): this server speaks HTTP/1.1 alone") }
            case "headers": readHeaders(entry, name)
            case "rate_limit", "compression":
                note(entry.line, "\(name): this server can't honour it; remove it")
            default: unknown(entry, in: section.key, among: ["http2", "headers"])
            }
        }
    }

    private mutating func readHeaders(_ section: RawEntry, _ path: String) {
        for entry in entries(section.value, path) {
            let name = "\(path).\(entry.key)"
            guard let header = ServedHeader.all.first(where: { HTTPHeaders.same($0.name, entry.key) }) else {
                unknown(entry, in: path, among: ServedHeader.all.map(\.name))
                continue
            }
            guard let value = scalar(entry, name) else { continue }
            guard value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
                note(entry.line, "\(name): a header's value is one line")
                continue
            }
            guard header.allows(value) else {
                note(entry.line, "\(name): '\(value)' is not allowed; write \(header.values.joined(separator: " or "))")
                continue
            }
            result.headers[header.name] = value
        }
    }

    private mutating func readUsers(_ section: RawEntry) {
        for entry in entries(section.value, section.key) {
            guard let text = scalar(entry, "\(section.key).\(entry.key)") else { continue }
            guard !entry.key.isEmpty, !entry.key.utf8.contains(UInt8(ascii: ":")) else {
                note(entry.line, "\(section.key): '\(entry.key)' is no user name: it is empty or has a colon in it")
                continue
            }
            // The hash itself stays out of the message.
            do throws(BcryptHash.Problem) {
                result.users[ByteText(entry.key)] = try BcryptHash(parsing: text)
            } catch {
                note(entry.line, "\(section.key).\(entry.key): \(error); `jobsweep hash-password` makes one")
            }
        }
    }

    // MARK: - Values

    mutating func entries(_ node: RawNode, _ name: String) -> [RawEntry] {
        switch node.content {
        case .map(let entries):
            for entry in entries where entry.firstLine != nil {
                note(entry.line, "\(entry.key): the key is there twice")
            }
            return entries
        case .refused: return []
        case .scalar, .list:
            if !node.isNull { note(node.line, "\(name) must be a map, not \(node.found)") }
            return []
        }
    }

    mutating func scalar(_ entry: RawEntry, _ name: String) -> String? {
        switch entry.value.content {
        case .scalar(let scalar) where scalar.form != .null: return scalar.text
        case .refused: return nil
        default:
            note(entry.line, "\(name): must be a text, not \(entry.value.isNull ? "empty" : entry.value.found)")
            return nil
        }
    }

    mutating func choice<Choice: RawRepresentable & CaseIterable>(_ entry: RawEntry, _ name: String) -> Choice?
    where Choice.RawValue == String {
        guard let text = scalar(entry, name) else { return nil }
        if let choice = Choice(rawValue: text) { return choice }
        let allowed = Choice.allCases.map(\.rawValue).joined(separator: ", ")
        note(entry.line, "\(name): '\(text)' is unknown; write one of \(allowed)")
        return nil
    }

    /// The text of a file that the configuration names.
    mutating func contents(_ entry: RawEntry, _ name: String) -> String? {
        guard let text = scalar(entry, name) else { return nil }
        guard !text.isEmpty else {
            note(entry.line, "\(name): is empty; write the path of a file")
            return nil
        }
        let directory = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
        let file = text.hasPrefix("/") ? text : directory + text
        do {
            return String(decoding: try readFile(file), as: UTF8.self)
        } catch {
            note(entry.line, "\(name): \(file) can't be read: \(error)")
            return nil
        }
    }

    mutating func inline(_ entry: RawEntry, _ name: String, besides other: String?) -> String? {
        if other != nil { note(entry.line, "\(name): give it here or in a file, not both") }
        return scalar(entry, name) ?? other
    }

    mutating func unknown(_ entry: RawEntry, in section: String = "", among names: [String]) {
        let hint =
            Misspelling.nearest(to: entry.key, among: names).map { "did you mean '\($0)'?" }
            ?? "known here: \(names.joined(separator: ", "))"
        note(entry.line, "\(section.isEmpty ? "" : section + ".")\(entry.key): unknown key; \(hint)")
    }

    mutating func note(_ line: Int?, _ text: String) {
        problems.append((line, text))
    }

    private func location(_ line: Int?) -> String {
        line.map { "\(path):\($0): " } ?? "\(path): "
    }
}

/// A header that the toolkit lets users set.
private struct ServedHeader {
    static let all = [
        ServedHeader(name: "Strict-Transport-Security"),
        ServedHeader(name: "X-Content-Type-Options", values: ["nosniff"]),
        ServedHeader(name: "X-Frame-Options", values: ["deny", "sameorigin"]), ServedHeader(name: "X-XSS-Protection"),
        ServedHeader(name: "Content-Security-Policy"),
    ]

    let name: String
    /// Empty: any.
    var values: [String] = []

    func allows(_ value: String) -> Bool {
        values.isEmpty || values.contains(value.lowercased())
    }
}
