/// What the clocks showed when somebody looked at them.
package struct ClockLook: Sendable, Equatable, Codable {
    /// The wall clock, in microseconds since 1970.
    package var wallMicroseconds: Int64
    /// The time since the machine booted, suspensions included, in microseconds.
    package var bootMicroseconds: Int64
    /// Which boot that was; nil where the system doesn't say.
    package var bootID: String?

    package init(wall: Timestamp, sinceBoot: Duration, bootID: String?) {
        wallMicroseconds = wall.microseconds
        bootMicroseconds = sinceBoot.wholeMicroseconds
        self.bootID = bootID
    }

    package var wall: Timestamp { Timestamp(microseconds: wallMicroseconds) }
    package var sinceBoot: Duration { .microseconds(bootMicroseconds) }
}
