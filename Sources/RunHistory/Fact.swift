import Foundation
import Sweeping

/// Something small that is remembered about each database, across restarts and processes: a name and the value's type.
///
/// What is remembered is JSON. A value whose type has changed, or that another version wrote in a way that can't be read, is as good
/// as none; a type that wants to survive its own growth decodes with defaults.
///
///     extension Fact<ClockLook> { static let clock = Fact("clock") }
///     await history.remember(look, as: .clock)
///     let last = await history.recall(.clock)
package struct Fact<Value: Codable & Sendable>: Sendable {
    package let name: String

    package init(_ name: String) {
        self.name = name
    }
}

extension RunHistory {
    /// Nil where nothing is remembered, or what is can't be read.
    package func recall<Value>(_ fact: Fact<Value>) async -> Value? {
        guard let text = await self.fact(fact.name) else { return nil }
        return try? JSONDecoder().decode(Value.self, from: Data(text.utf8))
    }

    /// The same of another database.
    package func recall<Value>(_ fact: Fact<Value>, of database: String) async -> Value? {
        guard let text = await self.fact(fact.name, of: database) else { return nil }
        return try? JSONDecoder().decode(Value.self, from: Data(text.utf8))
    }

    /// Remembers a value in place of the one that was there; nil forgets it.
    package func remember<Value>(_ value: Value?, as fact: Fact<Value>) async {
        await remember(value.flatMap(jsonText), as: fact.name)
    }
}
