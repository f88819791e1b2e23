import Sweeping

/// Rows that refer to each other in a circle.
extension RowReturn {
    /// Whether rows of a table may wait for rows that wait for them.
    static func mayCircle(_ table: UInt32, _ keys: [ForeignKeyShape]) -> Bool {
        var next = [table]
        var known: Set<UInt32> = []
        while let child = next.popLast() {
            for key in keys where key.child == child {
                if key.parent == table { return true }
                if known.insert(key.parent).inserted { next.append(key.parent) }
            }
        }
        return false
    }

    /// What each of the batch's rows refers to and isn't there; nil where its table can take no rows.
    /// - Parameter onlyInCircles: nil also where its table's rows are in no circle.
    mutating func missingParents(onlyInCircles: Bool) throws -> [[ParentReference]?] {
        try onlyReading { looking throws in
            try looking.parents(onlyInCircles: onlyInCircles, onlyMissing: true)
        }
    }

    /// What each of the batch's rows refers to, whether it is there or not.
    mutating func parents() throws -> [[ParentReference]] {
        try onlyReading { looking throws in
            try looking.parents(onlyInCircles: false, onlyMissing: false).map { $0 ?? [] }
        }
    }

    /// By which columns rows refer to a table's.
    mutating func referringPlaces(to table: ArchivedTable) throws -> Set<ParentReference.Place> {
        guard let number = try? plan(table).get().table.shape.number else { return [] }
        return Set(
            try schema.foreignKeys.filter { $0.parent == number }.map {
                try place(of: $0, from: schema.table($0.child, in: link))
            })
    }

    /// What refers to each of the batch's rows by a place where not only the same values are equal.
    mutating func references(by place: ParentReference.Place) throws -> [ParentReference?] {
        try onlyReading { looking throws in
            var references: [ParentReference?] = looking.batch.map { _ in nil }
            for (table, rows) in looking.rowsByTable {
                guard let plan = try? looking.plan(table).get(), let places = place.columns(of: table) else { continue }
                let columns = places.compactMap { plan.table.shape.column(table.columns[$0].name) }
                guard columns.count == places.count else { continue }
                let values = rows.map { row in places.map { looking.batch[row].values[$0] } }
                let names = try EqualNames(columns).of(values, from: columns, in: looking.link)
                for (row, name) in zip(rows, names) { references[row] = ParentReference(place, name) }
            }
            return references
        }
    }

    private mutating func onlyReading<Answer>(_ look: (inout RowReturn) throws -> Answer) throws -> Answer {
        _ = try link.run([
            Statement("BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY"),
            LocalSettings.statement(taking: RowKeeping.longestRead, version: link.version), ExactText.settings(),
        ])
        defer { if !link.isLost { _ = try? link.run(Statement("ROLLBACK")) } }
        return try look(&self)
    }

    private var rowsByTable: [(table: ArchivedTable, rows: [Int])] {
        Dictionary(grouping: batch.indices, by: { ObjectIdentifier(batch[$0].table) }).values
            .map { (batch[$0[0]].table, $0) }
    }

    private mutating func parents(onlyInCircles: Bool, onlyMissing: Bool) throws -> [[ParentReference]?] {
        var missing: [[ParentReference]?] = batch.map { _ in nil }
        for (table, rows) in rowsByTable {
            guard let plan = try? plan(table).get(),
                !onlyInCircles || RowReturn.mayCircle(plan.table.shape.number, schema.foreignKeys)
            else { continue }
            for row in rows { missing[row] = [] }
            for key in schema.foreignKeys where key.child == plan.table.shape.number {
                let found = try referring(rows, by: key, plan, onlyMissing: onlyMissing)
                guard !found.isEmpty else { continue }
                let place = try place(of: key, from: plan.table.shape)
                for reference in found { missing[reference.row]?.append(ParentReference(place, reference.values)) }
            }
        }
        return missing
    }

    private func place(of key: ForeignKeyShape, from child: TableShape) throws -> ParentReference.Place {
        let parent = try schema.table(key.parent, in: link)
        let names = [TableReference(parent.name), TableReference(parent.name, schema: parent.schema)]
        return ParentReference.Place(
            parent.isVisible ? names : [names[1]], columns: key.parentColumns,
            isExact: try equalNames(key, from: child) == nil)
    }

    /// The rows that refer to something by a key, and what that would be.
    /// - Parameter onlyMissing: without those of which it is there.
    func referring(_ rows: [Int], by key: ForeignKeyShape, _ plan: ReturnPlan, onlyMissing: Bool) throws
        -> [MissingParents.Reference]
    {
        guard let question = MissingParents.question(rows, of: batch, by: key, plan) else { return [] }
        var places = Array(question.rows.indices)
        if onlyMissing {
            let answer = try link.run(question.statement)
            places = (0..<answer.count).compactMap { answer.integer($0, 0).map { Int($0) - 1 } }
        }
        var values = places.map { question.values[$0] }
        if let equal = try equalNames(key, from: plan.table.shape) {
            values = try equal.of(values, from: key.childColumns.compactMap(plan.table.shape.column), in: link)
        }
        return zip(places, values).map { place, values in
            MissingParents.Reference(row: question.rows[place], key: key, values: values)
        }
    }

    /// Nil where what refers by the key to something has the same values.
    private func equalNames(_ key: ForeignKeyShape, from child: TableShape) throws -> EqualNames? {
        let columns = key.parentColumns.compactMap(try schema.table(key.parent, in: link).column)
        let children = key.childColumns.compactMap(child.column)
        guard columns.count == key.parentColumns.count, children.count == columns.count else { return nil }
        let equal = EqualNames(columns)
        return equal.areTheSame(from: children) ? nil : equal
    }

    /// Who comes back with the values that a foreign key leads to.
    func coming(by key: ForeignKeyShape, from plan: ReturnPlan, _ groups: [ReturnGroup]) throws -> [[Value]: [Int]] {
        let equal = try equalNames(key, from: plan.table.shape)
        var coming: [[Value]: [Int]] = [:]
        for group in groups where group.plan.table.shape.number == key.parent {
            let columns = key.parentColumns.compactMap(group.plan.table.shape.column)
            var values = group.going.map { row in columns.map { group.plan[$0, MissingParents.restored(batch[row])] } }
            if let equal { values = try equal.of(values, from: columns, in: link) }
            for (row, values) in zip(group.going, values) { coming[values, default: []].append(row) }
        }
        return coming
    }

    /// The rows, those of one table behind each other.
    func inOrderOfTables(_ rows: [Int]) -> [Int] {
        var places: [ObjectIdentifier: Int] = [:]
        for row in rows where places[ObjectIdentifier(batch[row].table)] == nil {
            places[ObjectIdentifier(batch[row].table)] = places.count
        }
        func place(_ row: Int) -> Int { places[ObjectIdentifier(batch[row].table)] ?? 0 }
        return rows.sorted { (place($0), $0) < (place($1), $1) }
    }

    /// Where one of a group can't come back, none of it does.
    func keepTogether(_ found: inout [Int: PutBack]) {
        for circle in circles ?? [] where circle.contains(where: { found[$0]?.obstacle != nil }) {
            for row in circle where found[row]?.obstacle == nil { found[row] = .orphan }
        }
    }

    /// Inserts the rows with one statement, and ends the transaction where all of them are what they were.
    /// - Returns: those that the database made something else of; then nothing has ended.
    mutating func writeTogether(_ groups: [ReturnGroup], _ found: inout [Int: PutBack]) throws
        -> [Int: PutBack]
    {
        let groups = groups.filter { !$0.going.isEmpty }
        let rows = groups.flatMap(\.going)
        let begun = MonotonicTime.now()
        defer {
            held += MonotonicTime.now() - begun
            outcome.locksHeld.append(MonotonicTime.now() - begun)
        }
        let insertion = ReturnPlan.inserting(groups.map { group in (group.plan, group.going.map { batch[$0] }) })
        let statements =
            beginning(taking: (circles?.count ?? 0) > 1 ? hold : nil)
            + [insertion, Statement("SET CONSTRAINTS ALL IMMEDIATE")]
        let answers = try link.run(statements + groups.map { looking(for: $0.going, of: $0) })
        var changed: [Int: PutBack] = [:]
        for (place, group) in groups.enumerated() {
            for row in group.going { found[row] = .done }
            changed.merge(try unlike(group.going, in: group, answers[statements.count + place])) { $1 }
        }
        guard changed.isEmpty else { return changed }
        try commit(rows.count, begun: begun)
        return [:]
    }
}
