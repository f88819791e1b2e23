import HTTPServer

/// Files that are built into the program.
enum Assets {
    /// What the status page loads.
    static let page: [(path: String, type: String, body: SharedBody)] = [
        ("/assets/style.css", "text/css; charset=utf-8", SharedBody(PackageResources.style_css)),
        ("/assets/app.js", "text/javascript; charset=utf-8", SharedBody(PackageResources.app_js)),
        ("/assets/icon.svg", "image/svg+xml", SharedBody(PackageResources.icon_svg)),
    ]
}
