/// Where the times are from that carry no offset of their own: the setting `time_zone`.
package enum DefaultTimeZone: Sendable, Equatable {
    /// Always so many seconds east of UTC; west of it below zero.
    case offset(seconds: Int)
    /// A zone of the IANA time zone database, such as `Europe/Berlin`. Whoever makes one has seen that it exists.
    case named(String)

    package static let utc = DefaultTimeZone.offset(seconds: 0)
}
