/// Reads one field of a cron expression: a list of items, each `*`, a value or a range, the first and the last with a step.
struct CronFieldParser {
    let field: CronField

    /// - Returns: a set of numbers as bits; Sunday is bit 0 however it was written.
    func numbers(in text: Substring) throws(CronError) -> UInt64 {
        var bits: UInt64 = 0
        for item in text.split(separator: ",", omittingEmptySubsequences: false) {
            bits |= try self.bits(of: item)
        }
        if field == .dayOfWeek, bits & (1 << 7) != 0 {
            bits = bits & ~(1 << 7) | 1
        }
        return bits
    }

    private func bits(of item: Substring) throws(CronError) -> UInt64 {
        let parts = item.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        let ends = parts[0].split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        let range: ClosedRange<Int>
        if parts[0] == "*" {
            range = field.everything
        } else if ends.count == 1 {
            let number = try value(ends[0], in: item)
            guard parts.count == 1 else {
                throw .stepWithoutRange(field, value: String(parts[0]), step: String(parts[1]))
            }
            range = number...number
        } else {
            let first = try value(ends[0], in: item)
            let sunday = sundayAtTheEnd(ends[1], after: first)
            let last = if let sunday { sunday } else { try value(ends[1], in: item) }
            guard first <= last else { throw .backwards(field, String(parts[0])) }
            range = first...last
        }
        let step = parts.count == 1 ? 1 : try self.step(parts[1])
        return stride(from: range.lowerBound, through: range.upperBound, by: step).reduce(0) { $0 | 1 << UInt64($1) }
    }

    private func value(_ text: Substring, in item: Substring) throws(CronError) -> Int {
        if isNumber(text) {
            // A number too long for `Int` is out of every range.
            guard let number = Int(text), field.allowed.contains(number) else { throw .outOfRange(field, String(text)) }
            return number
        }
        guard let index = field.names.firstIndex(of: text.lowercased()) else { throw .unreadable(field, String(item)) }
        return field.allowed.lowerBound + index
    }

    /// In `sat-sun` the week ends with Sunday; in `sun-tue` it begins with it.
    private func sundayAtTheEnd(_ text: Substring, after first: Int) -> Int? {
        field == .dayOfWeek && first > 0 && text.lowercased() == "sun" ? 7 : nil
    }

    private func step(_ text: Substring) throws(CronError) -> Int {
        guard isNumber(text), let step = Int(text), (1...field.everything.count).contains(step) else {
            throw .step(field, String(text))
        }
        return step
    }

    private func isNumber(_ text: Substring) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
    }
}
