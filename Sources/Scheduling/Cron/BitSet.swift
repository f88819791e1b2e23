/// A small set of numbers, a bit for each.
extension UInt64 {
    /// The smallest number in the set, which isn't empty.
    var lowestBit: Int { trailingZeroBitCount }

    /// The largest number in the set, which isn't empty.
    var highestBit: Int { 63 - leadingZeroBitCount }

    /// The set without the numbers below `number`, 0 to 64.
    func dropping(below number: Int) -> UInt64 {
        number >= 64 ? 0 : self & (.max << UInt64(number))
    }

    /// The smallest and the largest distance between neighbours; nil when there is no pair.
    var gaps: ClosedRange<Int>? {
        var rest = self
        var previous: Int?
        var gaps: ClosedRange<Int>?
        while rest != 0 {
            let number = rest.lowestBit
            if let previous {
                let gap = number - previous
                gaps = gaps?.hull(with: gap...gap) ?? gap...gap
            }
            previous = number
            rest &= rest - 1
        }
        return gaps
    }
}

extension ClosedRange {
    /// The smallest range that holds both.
    func hull(with other: ClosedRange) -> ClosedRange {
        Swift.min(lowerBound, other.lowerBound)...Swift.max(upperBound, other.upperBound)
    }
}
