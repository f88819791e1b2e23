extension CommandLineSettings {
    /// Reads the settings that came as flags.
    func read(into reading: inout ConfigurationReading) {
        reading.beginSource()
        for setting in SettingsCatalogue.all {
            guard let flag = setting.flag, let last = self[flag].last else { continue }
            let node: RawNode =
                setting.shape == .list
                ? RawNode(content: .list(self[flag].map(RawNode.untyped)), line: nil) : .untyped(last)
            setting.read(node, .flag(name: flag.text), &reading)
        }
    }
}
