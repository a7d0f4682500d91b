import Foundation

/// Who may come in: whoever has the link, from this machine, by this server's own name.
struct Doorkeeper: Sendable {
    /// 32 random bytes in hex.
    let token: String
    let port: UInt16

    init(port: UInt16, token: String? = nil) {
        self.port = port
        var generator = SystemRandomNumberGenerator()
        self.token =
            token
            ?? (0..<4).map { _ in
                let word = String(generator.next() as UInt64, radix: 16)
                return String(repeating: "0", count: 16 - word.count) + word
            }.joined()
    }

    /// Cookies do not tell ports apart: two inspectors on one machine need two names.
    private var cookieName: String { "optrace-\(port)" }

    /// The link that lets in.
    var link: String { "http://127.0.0.1:\(port)/?token=\(token)" }

    /// What to answer instead of what was asked for; nil when the request may pass.
    func objection(to request: PageRequest) -> PageAnswer? {
        // A page elsewhere that has its own name resolve to this address comes with that name.
        guard ["127.0.0.1:\(port)", "localhost:\(port)"].contains(request.headers["host"] ?? "") else {
            return PageAnswer(403, "this server answers to 127.0.0.1:\(port) alone")
        }
        if let site = request.headers["sec-fetch-site"], !["same-origin", "none"].contains(site), request.path != "/" {
            return PageAnswer(403, "requests of other sites are not answered")
        }
        if let origin = request.headers["origin"],
            !["http://127.0.0.1:\(port)", "http://localhost:\(port)"].contains(origin)
        {
            return PageAnswer(403, "requests of other sites are not answered")
        }
        if request.method == "GET", request.path == "/", let given = request.query["token"], isRight(given) {
            var answer = PageAnswer(302, type: "text/plain", [])
            answer.headers = [
                ("Location", "/"), ("Set-Cookie", "\(cookieName)=\(token); Path=/; HttpOnly; SameSite=Strict"),
            ]
            return answer
        }
        let bearer = request.headers["authorization"].flatMap {
            $0.hasPrefix("Bearer ") ? String($0.dropFirst(7)) : nil
        }
        guard let given = request.cookie(cookieName) ?? bearer, isRight(given) else {
            return PageAnswer(
                401, type: "text/plain; charset=utf-8",
                Array("Open the link that optrace view printed: it holds the key to this page.\n".utf8))
        }
        return nil
    }

    /// Takes as long for a wrong token as for the right one.
    private func isRight(_ given: String) -> Bool {
        let (a, b) = (Array(given.utf8), Array(token.utf8))
        guard a.count == b.count else { return false }
        return zip(a, b).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
