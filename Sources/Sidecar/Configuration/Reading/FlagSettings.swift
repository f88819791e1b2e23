extension CommandLineSettings {
    /// Reads the settings that came as flags.
    func read(into reading: inout ConfigurationReading) {
        reading.beginSource()
        for (path, value) in [
            ("database", database), ("state", state), ("log.level", logLevel), ("log.format", logFormat),
            ("web.config_file", webConfigFile),
        ] {
            guard let value else { continue }
            read(.untyped(value), path, into: &reading)
        }
        if !webListenAddresses.isEmpty {
            let nodes = webListenAddresses.map(RawNode.untyped)
            read(RawNode(content: .list(nodes), line: nil), "web.listen_address", into: &reading)
        }
    }

    private func read(_ node: RawNode, _ path: String, into reading: inout ConfigurationReading) {
        guard let setting = SettingsCatalogue.setting(at: path), let flag = setting.flag else {
            preconditionFailure("\(path) has no flag")
        }
        setting.read(node, .flag(name: flag), &reading)
    }
}
