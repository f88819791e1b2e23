import Sweeping

/// What starts runs; and for somebody who may look and not change anything yet, why, and how to get in.
struct ControlForm {
    let control: Visit.Control
    let operations: [OperationFacts]
    let enabled: [OperationName]
    /// Whether a run is under way.
    let isBusy: Bool
    /// Why no run could do anything now; nil where one can.
    let obstacle: String?
    let base: String

    private var isAllowed: Bool { if case .allowed = control { true } else { false } }

    var html: String {
        """
        <form id="controls" class="controls" method="post" action="\(base)/runs"\(isAllowed ? "" : " hidden")>
        <fieldset id="operations"><legend>Operations</legend>
        \(operations.map(box).joined(separator: "\n"))
        </fieldset>
        <button type="submit" id="preview" name="then" value="look" class="main"\(disabled)>Preview</button>
        <button type="submit" id="run" name="then" value="ask"\(disabled) aria-describedby="run-hint">Run now…</button>
        <button type="button" id="cancel" class="danger" hidden>Cancel</button>
        <p class="quiet hint" id="run-hint">\(hint)</p>
        </form>
        \(access)
        """
    }

    private var disabled: String { obstacle != nil || isBusy ? " disabled" : "" }

    private var hint: String {
        if let obstacle { return "Not now: \(escaped(obstacle))" }
        return "A preview changes nothing. A run shows first what it would do, and asks."
    }

    private func box(_ operation: OperationFacts) -> String {
        let checked = enabled.contains(operation.name) ? " checked" : ""
        return """
            <label><input type="checkbox" name="operation" value="\(operation.name)"\(checked)> \
            \(escaped(operation.wording.title))</label>
            """
    }

    private var access: String {
        switch control {
        case .allowed(byToken: false): #"<p id="access" data-control="user" hidden></p>"#
        case .allowed(byToken: true):
            """
            <form id="access" data-control="unlocked" class="access" method="post" action="\(base)/session/end">
            <button type="submit" id="forget" class="plain">Forget the control token in this browser</button>
            </form>
            """
        case .needsToken:
            """
            <form id="access" data-control="locked" class="access" method="post" action="\(base)/session">
            <p>Looking only. To preview, run, approve or restore, give the control token, which <code>jobsweep token</code> prints \
            on the sidecar's machine.</p>
            <label for="token">Control token</label>
            <input id="token" name="token" type="password" autocomplete="off" spellcheck="false" required>
            <button type="submit" class="main">Unlock</button>
            </form>
            """
        case .off(let reason):
            """
            <p id="access" data-control="off" class="access">Looking only: \(escaped(reason)). The command line of the sidecar's \
            machine can do everything: <code>jobsweep run</code>, <code>approve</code>, <code>restore</code>.</p>
            """
        }
    }
}
