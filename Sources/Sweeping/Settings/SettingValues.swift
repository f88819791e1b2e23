/// What is set about operations, by the settings' paths. Whatever isn't there has its default.
package struct SettingValues: Sendable, Equatable {
    private var values: [String: SettingValue] = [:]

    package init() {}

    package subscript<Value: SettingValueConvertible>(setting: OperationSetting<Value>) -> Value {
        get { values[setting.path].flatMap(Value.init(settingValue:)) ?? setting.standard }
        set { values[setting.path] = newValue == setting.standard ? nil : newValue.settingValue }
    }
}

/// A value of any of the kinds that settings of operations have.
package enum SettingValue: Sendable, Equatable {
    case flag(Bool)
    case span(Duration)
    case spans([String: Duration])
    case name(String)
}

/// What a setting of an operation can hold.
package protocol SettingValueConvertible: Sendable, Equatable {
    init?(settingValue: SettingValue)
    var settingValue: SettingValue { get }
}

extension Bool: SettingValueConvertible {
    package init?(settingValue: SettingValue) {
        guard case .flag(let value) = settingValue else { return nil }
        self = value
    }

    package var settingValue: SettingValue { .flag(self) }
}

extension Duration: SettingValueConvertible {
    package init?(settingValue: SettingValue) {
        guard case .span(let value) = settingValue else { return nil }
        self = value
    }

    package var settingValue: SettingValue { .span(self) }
}

extension String: SettingValueConvertible {
    package init?(settingValue: SettingValue) {
        guard case .name(let value) = settingValue else { return nil }
        self = value
    }

    package var settingValue: SettingValue { .name(self) }
}

extension Dictionary: SettingValueConvertible where Key == String, Value == Duration {
    package init?(settingValue: SettingValue) {
        guard case .spans(let value) = settingValue else { return nil }
        self = value
    }

    package var settingValue: SettingValue { .spans(self) }
}
