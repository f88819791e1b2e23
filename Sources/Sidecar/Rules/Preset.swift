import Sweeping

/// What is known of one application: how its database is recognized, and the rules that keep it short.
package struct Preset: Sendable, Equatable {
    /// How it is known that the rules are right.
    package enum Proof: String, Sendable, CaseIterable {
        /// The application itself was run on a database that was swept.
        case runs
        /// Held against its schema as published.
        case schema
    }

    /// Where the application writes which version its tables are of.
    package struct VersionMark: Sendable, Equatable {
        package var table: TableReference
        package var column: String
        /// The column that says which entry is the newest; nil for a table of one row, or where the entries sort by themselves.
        package var order: String?
        /// Only rows with these values count, such as those of one of several applications.
        package var only: [String: String]
        /// The versions of the application that this was verified with, by the newest entry.
        package var known: [String: String]
    }

    package struct TableMark: Sendable, Equatable {
        package var table: TableReference
        package var columns: [String]
    }

    package var name: String
    package var application: String
    package var about: String
    /// `sqlite`, `postgresql`.
    package var engines: [String]
    package var proof: Proof
    /// The application's versions that it was verified on.
    package var verified: [String]
    /// Tables that tell the application.
    package var marks: [TableMark]
    /// Whether one of them is enough.
    package var isAnyMarkEnough: Bool
    package var version: VersionMark?
    /// Built-in operations that belong to it.
    package var operations: [OperationName]
    var drafts: [RuleDraft]
    /// The file, as it is shown.
    package var text: String

    /// The names of its rules.
    package var ruleNames: [String] { drafts.map(\.name) }
}

/// An application that jobsweep leaves alone.
package struct RefusedApplication: Sendable, Equatable {
    package var name: String
    package var marks: [Preset.TableMark]
    package var reason: String
}
