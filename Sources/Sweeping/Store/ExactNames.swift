extension String {
    /// Whether both are the same bytes. Swift's own equality takes what looks the same for the same; to a database, one character and two
    /// that look like it are two names.
    package func isSame(as other: String) -> Bool {
        utf8.elementsEqual(other.utf8)
    }
}
