import Glibc
import Sweeping

/// Whether this user may sweep a database, told before anything is opened or made.
///
/// A user who may only read could still make SQLite's own files in an open folder. They would be that user's, and the application's
/// next write would fail with "attempt to write a readonly database".
enum WritePermission {
    /// - Returns: what stands in the way and what to do about it; nil where nothing does.
    static func obstacle(to file: DatabaseFile) -> StoreError? {
        guard let facts = DatabaseFile.facts(file.path) else {
            return StoreError(.missing, "there is no database at \(file.path) any more")
        }
        let sentence =
            denial(file.path, R_OK | W_OK) ?? denial(file.folder, W_OK | X_OK) ?? denialBeside(file)
            ?? shutOut(facts, by: file)
        return sentence.map { StoreError(.readOnly, $0) }
    }

    private static func denialBeside(_ file: DatabaseFile) -> String? {
        for path in [file.writeAheadLogPath, file.logIndexPath, file.journalPath]
        where DatabaseFile.facts(path) != nil {
            if let denial = denial(path, R_OK | W_OK) { return denial }
        }
        return nil
    }

    /// The kernel's own answer, which knows of capabilities, access control lists and security modules.
    private static func denial(_ path: String, _ mode: CInt) -> String? {
        guard faccessat(AT_FDCWD, path, mode, AT_EACCESS) != 0 else { return nil }
        let reason = errno
        let words = "this user may not write \(path): "
        switch reason {
        case EROFS:
            return words + "its file system is mounted read-only; mount it, or the container's volume, for writing"
        case EPERM:
            return words + "it is marked as immutable, which `chattr -i` takes back"
        case EACCES:
            return words + whyNot(path, mode)
        default:
            return words + String(cString: strerror(reason))
        }
    }

    private static func whyNot(_ path: String, _ mode: CInt) -> String {
        guard let facts = DatabaseFile.facts(path), !allows(facts, mode) else {
            return "its owner and mode allow it, but an access control list or a security module (SELinux, AppArmor)"
                + " denies the permission; the system's log says which"
        }
        return "it belongs to \(owner(facts)), and jobsweep runs as user \(geteuid()) without that permission; run"
            + " jobsweep as user \(facts.st_uid), or give it permission to write the database and its folder"
    }

    /// What owner and mode alone say.
    private static func allows(_ facts: stat, _ mode: CInt) -> Bool {
        guard geteuid() != 0 else { return true }
        let wanted = mode_t(mode)
        if facts.st_uid == geteuid() { return facts.st_mode >> 6 & wanted == wanted }
        if isMember(of: facts.st_gid) { return facts.st_mode >> 3 & wanted == wanted }
        return facts.st_mode & wanted == wanted
    }

    private static func isMember(of group: gid_t) -> Bool {
        if getegid() == group { return true }
        var groups = [gid_t](repeating: 0, count: max(0, Int(getgroups(0, nil))))
        return getgroups(CInt(groups.count), &groups) > 0 && groups.contains(group)
    }

    private static func owner(_ facts: stat) -> String {
        "user \(facts.st_uid) and group \(facts.st_gid), mode 0" + String(facts.st_mode & 0o7777, radix: 8)
    }

    /// Files that SQLite makes beside the database get its mode, but this user and its group. SQLite itself gives them the
    /// database's owner where it runs as root.
    private static func shutOut(_ facts: stat, by file: DatabaseFile) -> String? {
        guard geteuid() != 0, facts.st_uid != geteuid(), facts.st_mode & 0o002 == 0 else { return nil }
        let folder = DatabaseFile.facts(file.folder)
        let inherits = folder.map { $0.st_mode & S_ISGID != 0 } ?? false
        let group = inherits ? folder?.st_gid ?? getegid() : getegid()
        if facts.st_mode & 0o020 != 0, group == facts.st_gid { return nil }
        return
            "\(file.path) belongs to \(owner(facts)): what user \(geteuid()) with group \(group) makes beside it, its"
            + " write-ahead log for one, the application would have no permission to write; run jobsweep as user"
            + " \(facts.st_uid), or with group \(facts.st_gid) as its own and mode 0660"
    }

    /// Whether the database's owner may write a file beside it.
    /// - Throws: `StoreError` that names the first one that would lock the application out.
    static func checkFilesMade(beside file: DatabaseFile) throws(StoreError) {
        guard let facts = DatabaseFile.facts(file.path) else { return }
        for path in [file.writeAheadLogPath, file.logIndexPath] {
            guard let made = DatabaseFile.facts(path), made.st_uid != facts.st_uid, made.st_uid == geteuid() else {
                continue
            }
            let admits = made.st_mode & 0o002 != 0 || made.st_mode & 0o020 != 0 && made.st_gid == facts.st_gid
            if !admits {
                throw StoreError(
                    .readOnly,
                    "\(path) belongs to \(owner(made)), and the application, as user \(facts.st_uid), has no permission"
                        + " to write it: run jobsweep as user \(facts.st_uid)")
            }
        }
    }
}
