import Glibc

/// Which file it is, whatever it is called: its device and its number there.
struct FileIdentity: Hashable, Sendable {
    let device: UInt64
    let inode: UInt64

    init(_ facts: stat) {
        device = UInt64(facts.st_dev)
        inode = UInt64(facts.st_ino)
    }

    /// Nil where there is no such file.
    init?(at path: String) {
        guard let facts = DatabaseFile.facts(path) else { return nil }
        self.init(facts)
    }

    init?(of descriptor: CInt) {
        var facts = stat()
        guard fstat(descriptor, &facts) == 0 else { return nil }
        self.init(facts)
    }
}
