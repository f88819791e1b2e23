/// What a run waited for, for others' sake.
package struct Waits: Sendable, Equatable {
    /// For how long.
    package var spans: [PauseReason: Duration] = [:]
    /// What was first seen that it waited for, with figures: who was behind, and by how much.
    package var causes: [PauseReason: String] = [:]
    /// What nobody could see, so that the run didn't wait for it; why, and what to do about it.
    package var unknown: [PauseReason: String] = [:]

    package init() {}
}
