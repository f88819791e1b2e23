/// Joins that look rows up one by one.
///
/// The planner takes the rows of a recursive query for ten times as many as it begins with, and would rather read a table from end to end
/// for each batch. What is in a subquery with an OFFSET it can only ask for each row.
enum RowByRow {
    /// The rows of a table that `gone` has the places of.
    static func gone(in table: String, as name: String) -> String {
        "gone JOIN \(row(of: table, as: name)) ON true"
    }

    /// The row that `gone`, which stands before it, has the place of.
    static func row(of table: String, as name: String) -> String {
        "LATERAL (SELECT r.* FROM \(table) AS r WHERE r.ctid = gone.tid AND r.tableoid = gone.oid OFFSET 0) AS \(name)"
    }

    /// The places of the rows whose keys a list has, which stands before them. What no index names is left to the planner.
    static func named(_ list: String, in table: TableShape, _ key: [ColumnShape]) -> String {
        func link(_ row: String) -> String {
            zip(key.indices, key).map { "\($1.sql(row)) = \(list).k\($0)" }.joined(separator: " AND ")
        }
        guard table.isUnique(key.map(\.name)) else { return "JOIN \(table.ownRows) AS t ON \(link("t"))" }
        return place(in: table.ownRows, where: link("r"), as: "t")
    }

    /// The places of the rows that refer to `parent`, which stands before it. Without an index each would mean to read the whole table, so
    /// that is left to the planner.
    static func children(_ key: ForeignKeyShape) -> String {
        guard key.isIndexed else {
            return "JOIN \(key.childSQL) AS child ON \(key.link(child: "child", parent: "parent"))"
        }
        return place(in: key.childSQL, where: key.link(child: "r", parent: "parent"), as: "child")
    }

    private static func place(in table: String, where condition: String, as name: String) -> String {
        "JOIN LATERAL (SELECT r.tableoid, r.ctid FROM \(table) AS r WHERE \(condition) OFFSET 0) AS \(name) ON true"
    }
}
