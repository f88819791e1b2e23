import HTTPServer

/// Headers that every answer carries; those of the web configuration win.
enum SecurityHeaders {
    static func middleware(_ access: WebAccess) -> HTTPMiddleware {
        { request, next in
            return next(request).map { response in
                var response = response
                response.headers["X-Content-Type-Options"] = "nosniff"
                response.headers["Content-Security-Policy"] = PageFrame.contentSecurityPolicy
                response.headers["Referrer-Policy"] = "no-referrer"
                for field in access.current.headers.fields { response.headers[field.name] = field.value }
                return response
            }
        }
    }
}
