/// What came as flags, as the user wrote it.
package struct CommandLineSettings: Sendable, Equatable {
    /// `--config.file`
    package var configFile: String?
    /// The flags that set settings, once for each time they were given.
    private var values: [SettingFlag: [String]]

    package init(configFile: String? = nil, _ values: [SettingFlag: [String]] = [:]) {
        self.configFile = configFile
        self.values = values
    }

    /// Empty for a flag that wasn't given.
    package subscript(_ flag: SettingFlag) -> [String] {
        get { values[flag] ?? [] }
        set { values[flag] = newValue }
    }
}
