extension Duration {
    /// As Prometheus writes durations, such as `1h30m`; what is finer than a microsecond is cut off.
    package var prometheusText: String {
        var rest = attoseconds / 1_000_000_000_000
        guard rest != 0 else { return "0s" }
        var text = rest < 0 ? "-" : ""
        rest = abs(rest)
        let units: [(name: String, microseconds: Int128)] = [
            ("d", 86_400_000_000), ("h", 3_600_000_000), ("m", 60_000_000), ("s", 1_000_000), ("ms", 1000), ("us", 1),
        ]
        for unit in units where rest >= unit.microseconds {
            text += "\(rest / unit.microseconds)\(unit.name)"
            rest %= unit.microseconds
        }
        return text
    }
}
