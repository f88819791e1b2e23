import GRDB
import Sweeping

extension StoredTime {
    /// Only text is a time: SQLite has no date type, and a number could be anything.
    init(_ value: DatabaseValue) {
        switch value.storage {
        case .null: self = .null
        case .string(let text): self = Timestamp(reading: text).map(StoredTime.at) ?? .unreadable
        case .int64, .double, .blob: self = .unreadable
        }
    }
}

extension DatabaseValue {
    /// The value as text for a person and for reports; ids may be numbers.
    var displayText: String {
        switch storage {
        case .null: ""
        case .int64(let number): String(number)
        case .double(let number): String(number)
        case .string(let text): text
        case .blob(let bytes): "x'" + bytes.map { padded($0) }.joined() + "'"
        }
    }

    /// A whole number, also where SQLite keeps it as a real.
    var wholeNumber: Int? {
        switch storage {
        case .int64(let number): Int(exactly: number)
        case .double(let number): Int(exactly: number)
        case .null, .string, .blob: nil
        }
    }
}

private func padded(_ byte: UInt8) -> String {
    (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
}
