import Testing

@testable import RowArchive

@Suite("Compression of pieces")
struct CompressorTests {
    private static let lengths = [1, 100, 65_535, 65_536, 65_537, 1_000_000]

    /// Letters of sixteen, in no order: each takes half of its bits.
    private func digits(_ count: Int) -> [UInt8] {
        let letters = Array("0123456789abcdef".utf8)
        var random = SystemRandomNumberGenerator()
        return (0..<count).map { _ in letters[Int.random(in: 0..<16, using: &random)] }
    }

    @Test("one context compresses one kind after the other, and all of it comes back")
    func comesBack() {
        let compressor = Compressor()
        for length in CompressorTests.lengths {
            let repeating = Array(String(repeating: #"{"processed": 12, "updated": 1} "#, count: length / 32 + 1).utf8)
            for bytes in [
                digits(length), Array(repeating.prefix(length)), (0..<length).map { _ in .random(in: 0...255) },
            ] {
                guard let short = compressor.compress(bytes) else { continue }
                #expect(short.count < bytes.count)
                #expect(Compressor.expand(short, to: bytes.count) == bytes)
            }
        }
    }

    @Test("what repeats is short, what doesn't is as short as its letters let it be, and noise is left as it is")
    func eachItsWay() throws {
        let compressor = Compressor()
        let repeating = Array(String(repeating: #"{"processed": 12, "updated": 1} "#, count: 32_768).utf8)
        #expect(try #require(compressor.compress(repeating)).count < repeating.count / 50)
        let digits = digits(1 << 20)
        // By repeats, which there are by chance alone, it would be 58 % of them.
        #expect(try #require(compressor.compress(digits)).count < digits.count * 52 / 100)
        #expect(compressor.compress((0..<1 << 20).map { _ in .random(in: 0...255) }) == nil)
    }
}
