/// Reads the settings of the environment: `JOBSWEEP_` and a setting's path in upper case, joined by `_`.
struct EnvironmentSettings {
    static let prefix = "JOBSWEEP_"
    static let configFile = "JOBSWEEP_CONFIG_FILE"

    let environment: [String: String]

    func read(into reading: inout ConfigurationReading) {
        reading.beginSource()
        for (name, value) in environment.sorted(by: { $0.key < $1.key })
        where Self.isMeantForUs(name) && name != Self.configFile {
            let source = Source.environment(variable: name)
            if name.utf8.allSatisfy({ $0 < 0x80 }), let setting = Self.scalars[name] {
                setting.read(.untyped(value), source, &reading)
            } else if let (setting, key) = Self.mapEntry(name) {
                let entry = RawEntry(key: key, line: nil, value: .untyped(value), firstLine: nil)
                setting.read(RawNode(content: .map([entry]), line: nil), source, &reading)
            } else if !KubernetesVariables.contains(name, value) {
                reading.note(Self.unknown(name), at: nil, source.origin(nil))
            }
        }
    }

    /// Settings with one variable, by its name.
    private static let scalars = Dictionary(
        uniqueKeysWithValues: SettingsCatalogue.all.filter { !$0.isMap && !$0.isFileOnly }.map { ($0.variable, $0) })
    private static let maps = SettingsCatalogue.all.filter(\.isMap)

    /// Whether a variable begins as ours do, or is one of ours but for upper and lower case: nobody else has such a name.
    private static func isMeantForUs(_ name: String) -> Bool {
        if name.hasPrefix(prefix) { return true }
        let upper = name.uppercased()
        return upper.hasPrefix(prefix)
            && (upper == configFile || scalars[upper] != nil || maps.contains { upper.hasPrefix($0.variable + "_") })
    }

    private static func mapEntry(_ name: String) -> (Setting, key: String)? {
        guard name == name.uppercased(), let setting = maps.first(where: { name.hasPrefix($0.variable + "_") }) else {
            return nil
        }
        let key = name.dropFirst(setting.variable.count + 1)
        return key.isEmpty ? nil : (setting, key.lowercased())
    }

    private static func unknown(_ name: String) -> String {
        if let map = maps.first(where: { $0.variable == name || $0.variable + "_" == name }),
            case .map(let key) = map.shape
        {
            return "unknown variable; a \(key) goes behind it, such as \(map.variable)_\(map.knownKeys[0].uppercased())"
        }
        let upper = name.uppercased()
        if upper == configFile || scalars[upper] != nil || mapEntry(upper) != nil, !Bytes.areSame(name, upper) {
            return "unknown variable; did you mean \(upper)?"
        }
        let own = [configFile] + scalars.keys.sorted()
        let entries = maps.flatMap { map in map.knownKeys.map { map.variable + "_" + $0.uppercased() } }
        // The prefix is right already and must not make up for what is wrong behind it.
        let candidates = (own + entries).map { String($0.dropFirst(prefix.count)) }
        if let near = Misspelling.nearest(to: String(name.dropFirst(prefix.count)), among: candidates, limit: 4) {
            return "unknown variable; did you mean \(prefix)\(near)?"
        }
        return
            "unknown variable; a setting's is \(prefix) and its keys in upper case, joined by _, such as \(prefix)SCHEDULE_EVERY"
    }
}

extension Setting {
    var isMap: Bool {
        if case .map = shape { true } else { false }
    }
}

/// Variables that Kubernetes gives to every pod in a namespace where a Service is called `jobsweep`, or begins so.
/// https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables
enum KubernetesVariables {
    static func contains(_ name: String, _ value: String) -> Bool {
        if name.hasSuffix("_SERVICE_HOST") || name.hasSuffix("_SERVICE_PORT") || name.contains("_SERVICE_PORT_") {
            return true
        }
        let protocols = ["tcp", "udp", "sctp"]
        // A number here would be somebody's try at setting the port.
        if name.hasSuffix("_PORT"), protocols.contains(where: { value.hasPrefix($0 + "://") }) { return true }
        guard let start = name.firstRange(of: "_PORT_")?.upperBound else { return false }
        let words = name[start...].split(separator: "_")
        return words.count >= 2 && UInt16(words[0]) != nil && protocols.contains(words[1].lowercased())
    }
}
