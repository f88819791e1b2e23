import CPostgres

/// What a statement gave: rows of binary values, which live as long as this does.
final class PostgresRows {
    private let libpq: jobsweep_libpq
    private let result: OpaquePointer
    let count: Int

    /// Takes the result over.
    init(_ result: OpaquePointer, libpq: jobsweep_libpq) {
        self.result = result
        self.libpq = libpq
        count = Int(libpq.ntuples(result))
    }

    deinit { libpq.clear(result) }

    /// How many rows a command changed.
    var changed: Int {
        libpq.cmdTuples(result).flatMap { Int(String(cString: $0)) } ?? 0
    }

    /// Nil for NULL.
    func bytes(_ row: Int, _ column: Int) -> UnsafeRawBufferPointer? {
        let length = Int(libpq.getlength(result, CInt(row), CInt(column)))
        // Mostly there is something, and then it isn't NULL.
        guard length > 0 || libpq.getisnull(result, CInt(row), CInt(column)) == 0 else { return nil }
        return UnsafeRawBufferPointer(start: libpq.getvalue(result, CInt(row), CInt(column)), count: length)
    }

    /// Text, or any value that comes as such.
    func text(_ row: Int, _ column: Int) -> String? {
        bytes(row, column).map { String(decoding: $0, as: UTF8.self) }
    }

    /// A whole number of one, two, four or eight bytes: a boolean, an integer, an object's number.
    func integer(_ row: Int, _ column: Int) -> Int64? {
        bytes(row, column).flatMap(bigEndian)
    }

    func flag(_ row: Int, _ column: Int) -> Bool { integer(row, column) == 1 }

    /// The elements of an array of text that came as text itself, such as `{a,"b c"}`.
    func list(_ row: Int, _ column: Int) -> [String] {
        text(row, column).map(ArrayText.elements) ?? []
    }
}

/// A signed number as the wire has it.
func bigEndian(_ bytes: UnsafeRawBufferPointer) -> Int64? {
    switch bytes.count {
    case 1: Int64(bytes[0])
    case 2: Int64(Int16(bigEndian: bytes.loadUnaligned(as: Int16.self)))
    case 4: Int64(Int32(bigEndian: bytes.loadUnaligned(as: Int32.self)))
    case 8: Int64(bigEndian: bytes.loadUnaligned(as: Int64.self))
    default: nil
    }
}
