/// Who may use a route. There is no default: whoever declares a route says it, and what isn't declared counts as `reading`.
package enum RouteAccess: Sendable, Equatable {
    /// Everybody, by whatever name they call this server: whoever watches a sidecar's health has no password.
    case open
    /// Users, where there are any, else everybody; by whatever name: a scraper calls this server as its operator likes.
    case scraping
    /// The same, by a name that this server answers to: a web page elsewhere that has its own name point here (DNS rebinding) reads
    /// nothing.
    case reading
    /// Whoever could change something if they had the control token.
    case signingIn
    /// Users; where there are none, who has the control token and comes from this machine.
    case changing
    /// Whoever could sign in, by a form of the page's own.
    case signingInByForm
    /// Whoever may change something, by a form of the page's own.
    case changingByForm
}
