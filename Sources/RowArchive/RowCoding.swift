import Sweeping

/// What a piece of an archive is made of. A piece says itself which tables and which operation its rows belong to, so that each can be
/// read alone.
enum RecordKind: UInt8 {
    case table = 1
    case operation = 2
    case deleted = 3
    case changed = 4
}

/// Writes rows into a piece.
struct RowWriter {
    private(set) var content = ByteWriter()
    /// The tables that the piece has described, in its order.
    private var tables: [ArchivedTable] = []
    private var operation: String?
    /// What a value takes at most besides what is in it: its kind and its length.
    private static let valueOverhead = 16

    var count: Int { content.bytes.count }

    /// A place that can be gone back to as long as the piece is the same.
    struct Place {
        let count: Int
        let tables: Int
        let operation: String?
    }

    var place: Place { Place(count: content.bytes.count, tables: tables.count, operation: operation) }

    mutating func goBack(to place: Place) {
        content.bytes.removeSubrange(place.count...)
        tables.removeSubrange(place.tables...)
        operation = place.operation
    }

    /// Puts a row that is deleted and has no number of the engine's own.
    mutating func put(_ table: ArchivedTable, of operation: String, _ values: (inout ByteWriter) -> Void) {
        note(operation)
        let table = number(of: table)
        content.bytes.append(RecordKind.deleted.rawValue)
        content.put(table)
        content.bytes.append(0)
        values(&content)
    }

    mutating func put(_ row: ArchivedRow, of operation: String) {
        note(operation)
        let table = number(of: row.table)
        // What comes behind a long value is no reason to copy it.
        let size = row.size
        if size >= ArchiveFormat.usualPiece {
            content.bytes.reserveCapacity(count + size + row.values.count * RowWriter.valueOverhead)
        }
        switch row.fate {
        case .deleted:
            content.bytes.append(RecordKind.deleted.rawValue)
            put(row, table)
        case .changed(let new):
            content.bytes.append(RecordKind.changed.rawValue)
            put(row, table)
            // What stayed as it was isn't written twice.
            let places = row.values.indices.filter { !row.values[$0].isIdentical(to: new[$0]) }
            content.put(places.count)
            for place in places {
                content.put(place)
                content.put(new[place])
            }
        }
    }

    private mutating func put(_ row: ArchivedRow, _ table: Int) {
        content.put(table)
        content.bytes.append(row.number == nil ? 0 : 1)
        if let number = row.number { content.put(signed: number) }
        for value in row.values { content.put(value) }
    }

    private mutating func note(_ operation: String) {
        guard self.operation?.isSame(as: operation) != true else { return }
        self.operation = operation
        content.bytes.append(RecordKind.operation.rawValue)
        content.put(operation)
    }

    private mutating func number(of table: ArchivedTable) -> Int {
        if let known = tables.lastIndex(where: { $0 === table }) { return known }
        tables.append(table)
        content.bytes.append(RecordKind.table.rawValue)
        content.put(table.table.schema ?? "")
        content.put(table.table.name)
        content.put(table.textEncoding)
        content.put(table.columns.count)
        for column in table.columns {
            content.put(column.name)
            content.put(column.type)
        }
        content.put(table.key.count)
        for place in table.key { content.put(place) }
        return tables.count - 1
    }
}

/// Reads a piece's rows.
enum RowReader {
    static func entries(of piece: [UInt8]) throws(ByteReader.Damage) -> [ArchiveEntry] {
        var reader = ByteReader(piece)
        var tables: [ArchivedTable] = []
        var operation = ""
        var entries: [ArchiveEntry] = []
        while !reader.isAtEnd {
            switch RecordKind(rawValue: try reader.byte()) {
            case .table: tables.append(try table(&reader))
            case .operation: operation = try reader.text()
            case .deleted: entries.append(ArchiveEntry(operation: operation, row: try row(&reader, tables)))
            case .changed:
                var row = try row(&reader, tables)
                var new = row.values
                for _ in 0..<(try reader.count()) {
                    let place = Int(clamping: try reader.number())
                    guard new.indices.contains(place) else { throw ByteReader.Damage() }
                    new[place] = try reader.value()
                }
                row.fate = .changed(to: new)
                entries.append(ArchiveEntry(operation: operation, row: row))
            case nil: throw ByteReader.Damage()
            }
        }
        return entries
    }

    private static func table(_ reader: inout ByteReader) throws(ByteReader.Damage) -> ArchivedTable {
        let schema = try reader.text()
        let name = try reader.text()
        let encoding = try reader.text()
        var columns: [ArchivedTable.Column] = []
        for _ in 0..<(try reader.count()) {
            let name = try reader.text()
            columns.append(ArchivedTable.Column(name, try reader.text()))
        }
        var key: [Int] = []
        for _ in 0..<(try reader.count()) {
            let place = Int(clamping: try reader.number())
            guard columns.indices.contains(place) else { throw ByteReader.Damage() }
            key.append(place)
        }
        return ArchivedTable(
            TableReference(name, schema: schema.isEmpty ? nil : schema), columns: columns, key: key,
            textEncoding: encoding)
    }

    private static func row(_ reader: inout ByteReader, _ tables: [ArchivedTable]) throws(ByteReader.Damage)
        -> ArchivedRow
    {
        let place = Int(clamping: try reader.number())
        guard tables.indices.contains(place) else { throw ByteReader.Damage() }
        let number = try reader.byte() == 0 ? nil : try reader.signed()
        var values: [Value] = []
        for _ in tables[place].columns { values.append(try reader.value()) }
        return ArchivedRow(tables[place], number: number, values: values, fate: .deleted)
    }
}
