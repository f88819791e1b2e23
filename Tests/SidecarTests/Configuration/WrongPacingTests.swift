import Testing

/// Times, numbers and sizes that no run could be paced by.
@Suite struct WrongPacingTests {
    static let files = [
        WrongFile(
            "pacing: {max_batch: 0}\n",
            "1: pacing.max_batch: '0' is out of range; it must be from 1 to 1000000"),
        WrongFile(
            "pacing: {max_batch: 1.5}\n",
            "1: pacing.max_batch: '1.5' is not a whole number"),
        WrongFile(
            "pacing: {max_batch: '5'}\n",
            "1: pacing.max_batch: '5' is not a whole number"),
        WrongFile(
            "pacing: {max_batch: 0x10}\n",
            "1: pacing.max_batch: '0x10' is not a whole number"),
        WrongFile(
            "pacing: {lock_target: 0s}\n",
            "1: pacing.lock_target: '0s' is too short; it must be at least 1ms"),
        WrongFile(
            "pacing: {wal_limit: 64 MB}\n",
            "1: pacing.wal_limit: '64 MB' is not a size; write bytes, or a number with B, kB, MB, GB, TB, KiB, "
                + "MiB, GiB or TiB"),
        WrongFile(
            "pacing: {wal_limit: 64M}\n",
            "1: pacing.wal_limit: '64M' is not a size; write bytes, or a number with B, kB, MB, GB, TB, KiB, MiB, "
                + "GiB or TiB"),
        WrongFile(
            "pacing: {wal_limit: -1}\n",
            "1: pacing.wal_limit: '-1' is negative; a size is not"),
        WrongFile(
            "pacing: {wal_limit: 100}\n",
            "1: pacing.wal_limit: '100' is out of range; it must be from 1MiB to 1TiB"),
        WrongFile(
            "pacing: {wal_limit: 9999999999TB}\n",
            "1: pacing.wal_limit: '9999999999TB' is too large a size"),
        WrongFile(
            "pacing: {wal_limit: big}\n",
            "1: pacing.wal_limit: 'big' is not a size; write one such as 64MiB"),
        WrongFile(
            "pacing: {throttle_query: 'DELETE FROM job'}\n",
            "1: pacing.throttle_query: 'DELETE FROM job' is not one SELECT without a semicolon"),
        WrongFile(
            "pacing: {throttle_query: 'SELECT 1; SELECT 2'}\n",
            "1: pacing.throttle_query: 'SELECT 1; SELECT 2' is not one SELECT without a semicolon"),
        WrongFile(
            "pacing: {pause: 2m}\n",
            "1: pacing.pause: '2m' is too long; it must be at most 1m"),
    ]

    @Test(arguments: files) func saysWhatIsWrong(_ wrong: WrongFile) {
        #expect(Loading(wrong.file).problems == wrong.messages)
    }
}
