extension BinaryInteger {
    /// The quotient, rounded down also below zero.
    /// - Parameter divisor: above zero.
    package func dividedDown(by divisor: Self) -> Self {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }
}
