/// Finds what a misspelled name was meant to be.
enum Misspelling {
    /// The number of insertions, deletions, substitutions and swaps of neighbours between two texts: the restricted
    /// Damerau-Levenshtein distance (optimal string alignment).
    static func distance(_ left: String, _ right: String) -> Int {
        let left = Array(left.unicodeScalars)
        let right = Array(right.unicodeScalars)
        var beforeLast: [Int] = []
        var last = Array(0...right.count)
        for row in 0..<left.count {
            var current = [row + 1]
            for column in 0..<right.count {
                var best = min(last[column + 1] + 1, current[column] + 1)
                best = min(best, last[column] + (left[row] == right[column] ? 0 : 1))
                if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                    best = min(best, beforeLast[column - 1] + 1)
                }
                current.append(best)
            }
            beforeLast = last
            last = current
        }
        return last[right.count]
    }

    /// The candidate nearest to `name`, if it is near enough to be meant: a third of its letters, at most `limit`, may differ.
    /// Case, hyphens and spaces for underscores don't count. Of several equally near ones, the first.
    static func nearest(to name: String, among candidates: some Sequence<String>, limit: Int = 3) -> String? {
        let wanted = folded(name)
        let allowed = max(1, min(limit, wanted.count / 3))
        var best: (name: String, distance: Int)?
        // No text can be near one that is much longer: a megabyte of a key must not cost a megabyte times each candidate.
        for candidate in candidates where abs(candidate.unicodeScalars.count - wanted.unicodeScalars.count) <= allowed {
            let distance = distance(wanted, folded(candidate))
            if distance <= allowed, distance < best?.distance ?? .max { best = (candidate, distance) }
        }
        return best?.name
    }

    private static func folded(_ name: String) -> String {
        String(name.lowercased().map { $0 == "-" || $0 == " " ? "_" : $0 })
    }
}
