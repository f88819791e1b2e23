import CGlibc
import Glibc

/// What this process keeps in the machine's memory, and how it lets go of what it won't need again soon.
package enum ResidentMemory {
    /// Returns unused heap to the kernel, and unmaps the code and constants of the program and its libraries.
    ///
    /// Most of what a program of this size keeps resident is code that ran once, while it started. Code is only a view of its file:
    /// what is needed again comes back page by page, from the kernel's cache as long as it is there.
    package static func release() {
        malloc_trim(0)
        _ = cglibc_each_object(
            { object, _, _ in
                if let object { ResidentMemory.unmapCode(of: object.pointee) }
                return 0
            }, nil)
    }

    private static func unmapCode(of object: cglibc_object) {
        let segments = UnsafeBufferPointer(start: object.segments, count: Int(object.count))
        guard !hasPatchedCode(object, segments) else { return }
        let page = UInt(sysconf(Int32(_SC_PAGESIZE)))
        // Only what can't be written is for certain the same as in the file.
        for segment in segments where segment.p_type == PT_LOAD && segment.p_flags & UInt32(PF_W) == 0 {
            let begin = UInt(object.address) + UInt(segment.p_vaddr)
            let start = begin / page * page
            let end = (begin + UInt(segment.p_memsz)) / page * page
            guard end > start else { continue }
            // Where the kernel refuses, as for its own page of code, everything stays as it was.
            madvise(UnsafeMutableRawPointer(bitPattern: start), Int(end - start), MADV_DONTNEED)
        }
    }

    /// Whether the dynamic linker wrote into the code itself (DT_TEXTREL), which isn't in the file then.
    private static func hasPatchedCode(_ object: cglibc_object, _ segments: UnsafeBufferPointer<Elf64_Phdr>) -> Bool {
        guard let dynamic = segments.first(where: { $0.p_type == PT_DYNAMIC }) else { return false }
        let address = UInt(object.address) + UInt(dynamic.p_vaddr)
        guard var entry = UnsafePointer<Elf64_Dyn>(bitPattern: address) else { return false }
        while entry.pointee.d_tag != DT_NULL {
            if entry.pointee.d_tag == DT_TEXTREL { return true }
            if entry.pointee.d_tag == DT_FLAGS, entry.pointee.d_un.d_val & UInt64(DF_TEXTREL) != 0 { return true }
            entry += 1
        }
        return false
    }
}
