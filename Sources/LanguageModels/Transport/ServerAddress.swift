/// An absolute http or https URL, split where requests and messages need it split.
public struct ServerAddress: Sendable, Hashable, CustomStringConvertible {
    /// `http` or `https`.
    public let scheme: String
    /// Host and port as given, without credentials.
    public let host: String
    /// `user:password` as given, percent-encoded; nil when there is none.
    let credentials: String?
    /// Starts with `/`, or is empty.
    public let path: String
    /// Without the `?`; nil when there is none.
    let query: String?

    /// Reads an absolute URL; a fragment is dropped.
    ///
    /// - Returns: nil when the scheme is neither http nor https, the host is missing, the port is not a number, or a
    ///   space or control character stands anywhere.
    public init?(_ text: String) {
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "\\") }),
            let sign = text.firstRange(of: "://")
        else { return nil }
        let scheme = text[..<sign.lowerBound].lowercased()
        guard scheme == "http" || scheme == "https" else { return nil }
        let rest = text[sign.upperBound...].prefix { $0 != "#" }
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        let host = authority.lastIndex(of: "@").map { authority[authority.index(after: $0)...] } ?? authority
        guard Self.isHost(host) else { return nil }
        let target = rest[authority.endIndex...]
        let path = target.prefix { $0 != "?" }
        self.scheme = scheme
        self.host = String(host)
        self.credentials = authority.lastIndex(of: "@").map { String(authority[..<$0]) }
        self.path = String(path)
        self.query = path.endIndex < target.endIndex ? String(target[path.endIndex...].dropFirst()) : nil
    }

    private init(scheme: String, host: String, credentials: String?, path: String, query: String?) {
        self.scheme = scheme
        self.host = host
        self.credentials = credentials
        self.path = path
        self.query = query
    }

    private static func isHost(_ text: Substring) -> Bool {
        let afterBracket = text.lastIndex(of: "]") ?? text.startIndex
        guard let colon = text[afterBracket...].lastIndex(of: ":") else { return !text.isEmpty }
        return colon > text.startIndex && UInt16(text[text.index(after: colon)...]) != nil
    }

    /// The address with `suffix` after its path, one slash between, the query kept last.
    public func appending(_ suffix: String) -> ServerAddress {
        var path = path
        while path.last == "/" { path.removeLast() }
        return ServerAddress(
            scheme: scheme, host: host, credentials: credentials, path: path + "/" + suffix.drop { $0 == "/" },
            query: query)
    }

    /// The address with another path.
    func withPath(_ path: String) -> ServerAddress {
        ServerAddress(scheme: scheme, host: host, credentials: credentials, path: path, query: query)
    }

    /// Host without port and brackets.
    var hostName: Substring {
        if host.first == "[", let end = host.lastIndex(of: "]") { return host[..<end].dropFirst() }
        return host.prefix { $0 != ":" }
    }

    /// Whether the host is this machine, by name or by number.
    var isLoopback: Bool {
        let name = hostName.lowercased()
        return name == "localhost" || name.hasSuffix(".localhost") || name == "::1"
            || (name.hasPrefix("127.") && name.allSatisfy { $0.isNumber || $0 == "." })
    }

    /// All of it, for the wire.
    var url: String {
        "\(scheme)://" + (credentials.map { $0 + "@" } ?? "") + host + path + (query.map { "?" + $0 } ?? "")
    }

    /// The address as a part of what identifies a reply: without credentials and query, and the same for every way to
    /// write the same place. Nil when that is `usual`.
    ///
    /// - Parameter suffix: An end of the path that makes no difference.
    func identity(apartFrom usual: String, leavingOut suffix: String = "") -> String? {
        var path = Substring(path)
        while path.last == "/" { path.removeLast() }
        if !suffix.isEmpty, path.hasSuffix(suffix) { path.removeLast(suffix.count) }
        var host = host.lowercased()
        let port = scheme == "https" ? ":443" : ":80"
        if host.hasSuffix(port) { host.removeLast(port.count) }
        let identity = "\(scheme)://\(host)\(path)"
        return identity == usual ? nil : identity
    }

    /// The address without credentials and query, for people.
    public var description: String { "\(scheme)://\(host)\(path)" }
}
