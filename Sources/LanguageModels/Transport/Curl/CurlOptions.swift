/// How a ``CurlTransport`` works, beyond what each request says.
public struct CurlOptions: Sendable, Hashable {
    /// The most connections to one host at once; requests beyond wait for a free one. Default 512. Over HTTP/2 many
    /// requests share one connection, so that far fewer are opened.
    public var maximumConnectionsPerHost: Int
    /// What a streamed body may hold that its reader has not asked for yet, bytes. Default 64 KiB.
    public var bodyBuffer: Int
    /// A file of certificate authorities (PEM) in place of the system's.
    public var certificateFile: String?
    /// A folder of certificate authorities, as OpenSSL names them, in place of the system's.
    public var certificateFolder: String?

    public init(
        maximumConnectionsPerHost: Int = 512, bodyBuffer: Int = 64 << 10, certificateFile: String? = nil,
        certificateFolder: String? = nil
    ) {
        self.maximumConnectionsPerHost = maximumConnectionsPerHost
        self.bodyBuffer = bodyBuffer
        self.certificateFile = certificateFile
        self.certificateFolder = certificateFolder
    }

    /// The defaults with the certificate authorities that `environment` names: `CURL_CA_BUNDLE` or `SSL_CERT_FILE`, and
    /// `SSL_CERT_DIR`, as the curl program reads them. (Proxies need nothing here: libcurl itself reads `http_proxy`,
    /// `https_proxy`, `all_proxy` and `no_proxy`.)
    public init(environment: [String: String]) {
        func set(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        self.init(
            certificateFile: set("CURL_CA_BUNDLE") ?? set("SSL_CERT_FILE"), certificateFolder: set("SSL_CERT_DIR"))
    }
}
