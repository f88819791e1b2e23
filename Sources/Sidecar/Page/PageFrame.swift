/// What every page has around its contents.
struct PageFrame {
    /// In the tab, before the program's name.
    let title: String
    let databaseName: String
    /// The path under which browsers know this server, without a slash at its end; every link begins with it.
    let base: String
    /// Where the page changes by itself until something is over: what, for the script.
    var live: String?
    let main: String

    /// Nothing but this sidecar's own files: no other host, no inline script or style.
    static let contentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none';"
        + " form-action 'self'; frame-ancestors 'none'"

    /// Browsers tell a form's origin only where they may tell this server where it came from. Without JavaScript a page that changes is
    /// asked for anew.
    var html: String {
        """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="referrer" content="same-origin">
        \(live == nil ? "" : #"<noscript><meta http-equiv="refresh" content="2"></noscript>"#)
        <title>\(escaped(title)) · jobsweep</title>
        <link rel="icon" href="\(base)/assets/icon.svg" type="image/svg+xml">
        <link rel="stylesheet" href="\(base)/assets/style.css">
        <script src="\(base)/assets/app.js" defer></script>
        </head>
        <body data-base="\(base)">
        <header><div class="inner">
        <p class="brand"><a href="\(base)/">jobsweep</a></p>
        <p class="database">\(escaped(databaseName))</p>
        <nav aria-label="Pages">
        <a href="\(base)/">Overview</a>
        <a href="\(base)/runs">History</a>
        </nav>
        </div></header>
        <main id="main" data-live="\(escaped(live ?? ""))">
        \(main)
        </main>
        <footer><div class="inner">
        <p>jobsweep \(escaped(Version.number))</p>
        <nav aria-label="For programs">
        <span>For programs:</span>
        <a href="\(base)/metrics">Metrics</a>
        <a href="\(base)/api/status">Status</a>
        <a href="\(base)/api/jobs">Runs</a>
        <a href="\(base)/api/openapi.json">API</a>
        <a href="\(base)/-/healthy">Health</a>
        </nav>
        </div></footer>
        </body>
        </html>

        """
    }
}

/// A page that says why something didn't happen.
struct ProblemPage {
    let problem: String
    let databaseName: String
    let base: String

    var html: String {
        PageFrame(
            title: "That didn't work", databaseName: databaseName, base: base,
            main: """
                <section aria-labelledby="problem-title">
                <h1 id="problem-title">That didn't work</h1>
                <p id="problem" class="bad">\(escaped(problem.prefix(1).uppercased() + problem.dropFirst()))</p>
                <p><a href="\(base)/">Back to the overview</a></p>
                </section>
                """
        ).html
    }
}
