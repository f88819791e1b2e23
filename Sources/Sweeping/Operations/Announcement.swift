/// What an operation is about to do with some rows, in parts that make a sentence for whoever decides on it:
/// `3,603 jobs finished before 26 October 2026 go`.
package struct Announcement: Sendable, Equatable {
    /// Which rows, behind what they are called.
    package enum Which: Sendable, Equatable {
        /// `that wait for a job which is gone`
        case those(String)
        /// Those that something happened to longer ago than this: `finished`.
        case older(String, than: Duration)
    }

    package var noun: RowNoun
    package var which: Which
    /// What becomes of one, and of many: `goes`, `go`.
    package var fate: RowNoun

    package init(_ noun: RowNoun, _ which: Which, fate: RowNoun = RowNoun(one: "goes", many: "go")) {
        self.noun = noun
        self.which = which
        self.fate = fate
    }
}
