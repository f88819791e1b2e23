import Sweeping

/// The presets that come with jobsweep.
package enum PresetLibrary {
    /// No preset: only rules of one's own.
    package static let none = "none"
    /// The application that jobsweep began with.
    package static let standard = "stashhog"

    /// In the order of their names.
    package static let all: [Preset] = PresetFile.all.map(read)

    package static let refused: [RefusedApplication] = {
        do throws(ConfigurationError) {
            return try PresetReader.readRefused(PresetFile.refused.text, name: PresetFile.refused.name)
        } catch {
            preconditionFailure("the list of refused applications is wrong: \(error)")
        }
    }()

    package static let names: [String] = PresetFile.all.map(\.name)

    /// Reads that one's file alone: most databases are one application's.
    package static func preset(_ name: String) -> Preset? {
        PresetFile.all.first { $0.name.isSame(as: name) }.map(read)
    }

    /// The files are part of the program, and a test reads them all.
    private static func read(_ file: PresetFile) -> Preset {
        do throws(ConfigurationError) {
            return try PresetReader.read(file.text, name: file.name)
        } catch {
            preconditionFailure("the preset \(file.name) is wrong: \(error)")
        }
    }
}
