extension String {
    /// Whether both are the same bytes. Swift's own equality takes what looks the same for the same; to a database, one character and two
    /// that look like it are two names.
    package func isSame(as other: String) -> Bool {
        guard utf8.count == other.utf8.count else { return false }
        // Columns are looked up by name for each row: what lies in one piece is compared as such.
        let isSame = utf8.withContiguousStorageIfAvailable { bytes in
            other.utf8.withContiguousStorageIfAvailable { bytes.elementsEqual($0) }
        }
        return (isSame ?? nil) ?? utf8.elementsEqual(other.utf8)
    }
}
