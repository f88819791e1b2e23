import Sweeping

/// Whether what a run took can be put back.
enum Undo: Sendable, Equatable {
    case possible(rows: Int, bytes: Int64, until: Timestamp)
    /// It can't, for this reason.
    case not(String)
    /// The run took nothing.
    case nothing
}

/// What of a run can be put back and until when, and the button that does it: a trial first, which changes nothing.
struct UndoSection {
    let runID: String
    let undo: Undo
    let isAllowed: Bool
    let base: String

    var html: String {
        switch undo {
        case .nothing: ""
        case .not(let reason): section(#"<p>\#(escaped(capitalized(reason)))</p>"#)
        case .possible(let rows, let bytes, let until):
            section(
                """
                <p>\(Words.count(rows, "row")) can be put back as \(rows == 1 ? "it was" : "they were") until \(time(until)): \
                \(readableBytes(bytes)) are kept.</p>
                \(form)
                """)
        }
    }

    private func section(_ contents: String) -> String {
        """
        <section id="undo" aria-labelledby="undo-title">
        <h2 id="undo-title">Undo</h2>
        \(contents)
        </section>
        """
    }

    private var form: String {
        guard isAllowed else {
            return
                #"<p class="quiet"><code>jobsweep restore \#(escaped(runID))</code> does it on the command line.</p>"#
        }
        return """
            <form method="post" action="\(base)/runs/\(escaped(runID))/restore">
            <button type="submit" id="restore" name="dry_run" value="true">See what would come back…</button>
            <span class="quiet">Changes nothing yet.</span>
            </form>
            """
    }
}
