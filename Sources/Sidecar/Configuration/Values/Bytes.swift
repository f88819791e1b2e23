/// Texts that name files, tables and columns are the same where their bytes are. Swift's `==` also takes an umlaut for its letter and two
/// dots, which are two names to a file system and to a database.
enum Bytes {
    static func areSame(_ left: some StringProtocol, _ right: some StringProtocol) -> Bool {
        left.utf8.elementsEqual(right.utf8)
    }

    static func areSame(_ left: String?, _ right: String?) -> Bool {
        switch (left, right) {
        case (let left?, let right?): areSame(left, right)
        case (nil, nil): true
        default: false
        }
    }

    /// As SQLite compares names: letters from A to Z without case, all else to the byte.
    static func areSameName(_ left: String, _ right: String) -> Bool {
        left.utf8.count == right.utf8.count && zip(left.utf8, right.utf8).allSatisfy { lower($0) == lower($1) }
    }

    private static func lower(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }
}
