import CGlibc

/// What this process keeps in the machine's memory, and how it lets go of what it won't need again soon.
package enum ResidentMemory {
    /// Returns unused heap to the kernel.
    package static func release() {
        malloc_trim(0)
    }
}
