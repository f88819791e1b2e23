import Sweeping

/// Has a page's rows come whole, so that they are durable in the archive before their transaction begins: a version of a row that a page
/// has is to the bit what a transaction deletes that finds the same version (by `xmin`, or by being older than all that was under way when
/// the page was read).
///
/// That holds for the rows themselves. Of rows off which others hang, of tables with triggers, and of long rows the transaction reads what
/// goes, as `RowKeeping` has it. Whether something hangs off a row shows in the transaction's own count at the latest, which undoes it then;
/// only once it did, it is asked of each row that is read.
struct WholeRows: Sendable {
    /// Longer rows, in bytes, wait for their turn, so that a page of them takes no memory to speak of.
    private static let longest = 4 << 10
    /// So many bytes are at most a short value compressed.
    private static let incompressible = 100

    let table: KeptTable
    private let kinds: [ColumnKind]
    private let hanging: String?

    /// - Parameter areEntangled: whether other rows are known to hang off some.
    /// - Returns: nil where only the transaction knows what goes with the rows, or a value has no text of its own in binary form.
    init?(
        _ change: TableChange, areEntangled: Bool, _ schema: PostgresSchema, _ options: SessionOptions,
        _ tables: KeptTables, in link: PostgresLink
    ) throws {
        guard change.action == .delete, change.dependents.isEmpty, options.archive != nil else { return nil }
        let plan = try WritePlan(change, schema, options, in: link)
        let reach = try DeletionReach(plan, schema, in: link)
        guard !plan.table.isPartitioned, !plan.table.hasHeirs, plan.counter?.isPlain ?? true, !reach.isFamily,
            !reach.loosens
        else {
            return nil
        }
        let table = try tables.table(plan.table, as: change.selection.table, in: link)
        guard table.isReadable, !table.isNumbered, try WholeRows.isExact(table, in: link) else { return nil }
        self.table = table
        kinds = table.columns.map(\.kind)
        if reach.isAlone {
            hanging = nil
        } else {
            guard let question = try reach.hanging(tables, in: link) else { return nil }
            hanging = areEntangled ? question : nil
        }
    }

    /// Whether the server counts what goes, and every value that is cast to text comes as its type writes it.
    private static func isExact(_ table: KeptTable, in link: PostgresLink) throws -> Bool {
        let cast = table.columns.filter { Form(of: $0.kind) == .cast }.map { String($0.number) }
        let question = Statement(
            """
            SELECT current_setting('track_counts') = 'on' AND NOT EXISTS (
              SELECT 1 FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid WHERE a.attrelid = \(table.shape.number)
              AND (t.oid = 18 OR t.typbasetype = 18 OR a.attnum IN (\((cast + ["0"]).joined(separator: ", "))) AND
                (t.typtype = 'd' OR t.oid = 142
                 OR EXISTS (SELECT 1 FROM pg_cast c WHERE c.castsource = t.oid AND c.casttarget = 25 AND c.castmethod = 'f'))))
            """)
        return try link.run(question).flag(0, 0)
    }

    /// How a value travels.
    private enum Form {
        /// In its type's binary form, which says all of it in few bytes: so every row has it.
        case fixed
        /// The same in as many bytes as it has.
        case bytes
        /// As its type's text.
        case cast

        init(of kind: ColumnKind) {
            switch kind {
            case .integer, .boolean, .word, .time(.plain), .time(.zoned): self = .fixed
            case .text, .bytes: self = .bytes
            case .number, .uuid, .other, .time(.date): self = .cast
            }
        }
    }

    /// What is asked of each row that is looked at: its values, and whether it comes whole, as one that `qualifies` may.
    func inner(where qualifies: String) -> [String] {
        let parts = [qualifies, hanging.map { "NOT (\($0))" }, fits].compactMap(\.self)
        return table.columns.enumerated().map { "\($1.sql()) AS w\($0)" }
            + ["\(parts.joined(separator: " AND ")) AS fits"]
    }

    /// What is asked of a column of those that qualify.
    func outer(_ place: Int) -> String {
        switch Form(of: table.columns[place].kind) {
        case .fixed: "p.w\(place)"
        case .bytes: "CASE WHEN p.fits THEN p.w\(place) END"
        case .cast: "CASE WHEN p.fits THEN p.w\(place)::text END"
        }
    }

    /// Whether a column by which rows are sorted comes as it does in a whole row.
    static func isWhole(inOrder column: ColumnShape) -> Bool {
        // A text of fixed length loses its spaces.
        column.kind != .time(.date) && column.type != "bpchar"
    }

    /// Where a column is whose values come with every row, whole or not.
    func place(ofFixed column: ColumnShape) -> Int? {
        Form(of: column.kind) == .fixed ? table.columns.firstIndex { $0.number == column.number } : nil
    }

    /// Whether it is short enough, without unpacking what is long.
    private var fits: String {
        let lengths = table.columns.compactMap { column -> String? in
            let name = column.sql()
            return switch (Form(of: column.kind), column.kind) {
            case (.fixed, _), (_, .uuid), (_, .time): nil
            case (.bytes, _): "coalesce(octet_length(\(name)), 0)"
            case (.cast, _):
                """
                CASE WHEN \(name) IS NULL THEN 0 WHEN pg_column_size(\(name)) <= \(WholeRows.incompressible) THEN 100 \
                WHEN pg_column_size(\(name)) > \(WholeRows.longest) THEN \(WholeRows.longest + 1) \
                ELSE octet_length(\(name)::text) END
                """
            }
        }
        return (["0"] + lengths).joined(separator: " + ") + " <= \(WholeRows.longest)"
    }

    /// Writes a row.
    /// - Parameter places: where its values are in the answer.
    func write(_ rows: PostgresRows, _ row: Int, _ places: [Int], to archive: inout ByteWriter) {
        for (kind, place) in zip(kinds, places) {
            guard let bytes = rows.bytes(row, place) else {
                archive.put(.null)
                continue
            }
            switch kind {
            case .text, .word, .uuid, .other, .time(.date): archive.put(text: bytes)
            case .bytes: archive.put(blob: bytes)
            case .integer, .boolean: archive.put(bigEndian(bytes).map(Value.integer) ?? .null)
            case .time(let kind): put(bigEndian(bytes) ?? 0, kind, to: &archive)
            case .number: archive.put(ExactText.value(bytes, kind))
            }
        }
    }

    private func put(_ time: Int64, _ kind: PostgresTime.Kind, to archive: inout ByteWriter) {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: PostgresTime.longest) { letters in
            let count = kind.write(time, to: letters)
            archive.put(text: UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(letters)[..<count]))
        }
    }
}
