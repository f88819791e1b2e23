/// What the page asks of somebody who may look and not change anything yet: the control token, once.
struct ControlForm {
    let control: Visit.Control

    /// Hidden: the page's script shows it, since without one nothing could be started either.
    var html: String {
        switch control {
        case .allowed(byToken: false): #"<p id="access" data-control="user" hidden></p>"#
        case .allowed(byToken: true):
            """
            <p id="access" data-control="unlocked" class="access" hidden>
            <button type="button" id="forget">Forget the control token</button></p>
            """
        case .needsToken:
            """
            <form id="access" data-control="locked" class="access" hidden>
            <label for="token">Control token</label>
            <input id="token" type="password" autocomplete="off" spellcheck="false" required>
            <button type="submit" class="main">Unlock</button>
            <span class="quiet"><code>jobsweep token</code> prints it.</span>
            </form>
            """
        case .off(let reason):
            #"<p id="access" data-control="off" class="quiet">Looking only: \#(escaped(reason)).</p>"#
        }
    }
}
