import Testing

@testable import Sidecar

@Suite struct ByteSizeTextTests {
    static let readable: [(String, Int)] = [
        ("0", 0), ("1", 1), ("67108864", 67_108_864), ("64MB", 64_000_000), ("64MiB", 67_108_864), ("1KiB", 1024),
        ("1kB", 1000),
        ("1KB", 1000), ("7B", 7), ("2GB", 2_000_000_000), ("2GiB", 2_147_483_648), ("1TB", 1_000_000_000_000),
        ("1TiB", 1 << 40),
    ]

    @Test(arguments: readable) func reads(_ text: String, _ bytes: Int) throws {
        #expect(try ByteSizeText.parse(text) == bytes)
    }

    private static let noUnit = "is not a size; write bytes, or a number with B, kB, MB, GB, TB, KiB, MiB, GiB or TiB"

    static let refused: [(String, String)] = [
        ("", "is empty; write a size such as 64MiB"), ("-1", "'-1' is negative; a size is not"),
        ("big", "'big' is not a size; write one such as 64MiB"), ("MB", "'MB' is not a size; write one such as 64MiB"),
        ("64 MB", "'64 MB' \(noUnit)"), ("64M", "'64M' \(noUnit)"), ("64mb", "'64mb' \(noUnit)"),
        ("1.5GB", "'1.5GB' \(noUnit)"),
        ("9223372036854775808", "'9223372036854775808' is too large a size"),
        ("8388608TiB", "'8388608TiB' is too large a size"),
    ]

    @Test(arguments: refused) func refuses(_ text: String, _ message: String) {
        #expect(throws: ValueProblem(message)) { try ByteSizeText.parse(text) }
    }

    static let printed: [(Int, String)] = [
        (0, "0"), (1, "1"), (1025, "1025"), (1024, "1KiB"), (1000, "1kB"), (32 << 20, "32MiB"), (64_000_000, "64MB"),
        (1 << 40, "1TiB"), (3 << 30, "3GiB"), (1_536 << 10, "1536KiB"),
    ]

    @Test(arguments: printed) func prints(_ bytes: Int, _ text: String) throws {
        #expect(ByteSizeText.print(bytes) == text)
        #expect(try ByteSizeText.parse(text) == bytes)
    }
}
