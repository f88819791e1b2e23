// What the Glibc module leaves out.
#include <elf.h>
#include <malloc.h>
#include <stddef.h>

// dl_iterate_phdr (dl_iterate_phdr(3)) and the beginning of what it shows, which link.h declares for _GNU_SOURCE alone. To define
// that here would give this module other structures than every other module has from the same headers.
struct cglibc_object {
    Elf64_Addr address;
    const char *name;
    const Elf64_Phdr *segments;
    Elf64_Half count;
};

int cglibc_each_object(
    int (*visit)(struct cglibc_object *object, size_t size, void *context), void *context) __asm__("dl_iterate_phdr");
