/// Reads the settings of a configuration file.
struct FileSettings {
    let source: Source

    /// - Parameter path: as the user wrote it, for messages.
    init(path: String) {
        source = .file(path: path)
    }

    func read(_ bytes: [UInt8], into reading: inout ConfigurationReading) {
        reading.beginSource()
        let document: YAMLDocument
        do throws(YAMLProblem) {
            document = try YAMLDocument(parsing: try text(of: bytes))
        } catch {
            reading.note(error.message, at: nil, source.origin(error.line))
            return
        }
        for problem in document.problems {
            reading.note(problem.message, at: nil, source.origin(problem.line))
        }
        guard let root = document.root else { return }
        guard case .map(let entries) = root.content else {
            reading.note(
                "the file holds \(root.found) where it should hold settings, such as 'database: /data/app.db'", at: nil,
                source.origin(root.line))
            return
        }
        read(entries, below: "", into: &reading)
    }

    private func text(of bytes: [UInt8]) throws(YAMLProblem) -> String {
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        let bytes = bytes.starts(with: mark) ? bytes[mark.count...] : bytes[...]
        if let text = String(validating: bytes, as: UTF8.self) { return text }
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        let bad = lines.firstIndex { String(validating: $0, as: UTF8.self) == nil } ?? 0
        throw YAMLProblem(line: bad + 1, message: "the file is not text in UTF-8")
    }

    private func read(_ entries: [RawEntry], below section: String, into reading: inout ConfigurationReading) {
        for entry in entries {
            let path = section.isEmpty ? entry.shownKey : "\(section).\(entry.shownKey)"
            let origin = source.origin(entry.line)
            guard SettingsCatalogue.keys(below: section).contains(entry.key) else {
                reading.note(unknown(entry.key, below: section), at: path, origin)
                continue
            }
            let setting = SettingsCatalogue.setting(at: path)
            reading.configuration.fileKeys.append(path)
            if setting == nil || path == "rules" { reading.configuration.fileSections.append(path) }
            if let first = entry.firstLine {
                reading.note("is there twice; the first is on line \(first)", at: path, origin)
            } else if let setting {
                // A value's own line would be the next one when it is a block.
                setting.read(RawNode(content: entry.value.content, line: entry.line), source, &reading)
            } else if case .map(let inner) = entry.value.content {
                read(inner, below: path, into: &reading)
            } else if case .refused = entry.value.content {
                continue
            } else if entry.value.isNull {
                reading.note("has nothing in it; leave the key out, or fill it", at: path, origin)
            } else {
                reading.note("wants a map of settings, not \(entry.value.found)", at: path, origin)
            }
        }
    }

    private func unknown(_ key: String, below section: String) -> String {
        let known = SettingsCatalogue.keys(below: section)
        if let dot = key.firstIndex(of: "."), known.contains(String(key[..<dot])) {
            return "unknown key; the keys of a setting go one below the other, not in one word with dots"
        }
        if let near = Misspelling.nearest(to: key, among: known) {
            return "unknown key; did you mean '\(near)'?"
        }
        let elsewhere = SettingsCatalogue.all.map(\.path).filter { $0.hasSuffix(".\(key)") }
        if elsewhere.count == 1 {
            return "unknown key; did you mean '\(elsewhere[0])'?"
        }
        return "unknown key; known here: \(known.joined(separator: ", "))"
    }
}
