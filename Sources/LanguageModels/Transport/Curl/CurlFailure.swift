import CCurl

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// What libcurl says about a transfer that failed; ``ModelError/underlyingError`` of the errors made from it.
public struct CurlFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// libcurl's number (`CURLcode`).
    public let code: Int
    /// libcurl's words.
    public let message: String
    private let systemError: Int32

    init(_ code: CURLcode, _ easy: CurlEasy? = nil) {
        self.code = Int(code.rawValue)
        let details = easy?.errorDescription ?? ""
        message = details.isEmpty ? String(cString: curl_easy_strerror(code)) : details
        systemError = easy?.systemError ?? 0
    }

    public var description: String { "\(message) (libcurl \(code))" }

    /// The failure as the caller of `request` sees it.
    func modelError(for request: TransportRequest) -> ModelError {
        let url = request.address
        let (kind, text): (ModelError.Code, String) =
            switch CURLcode(rawValue: UInt32(code)) {
            case CURLE_OPERATION_TIMEDOUT:
                // Only the time to connect is left to libcurl; the other limits are the driver's.
                (.timeout, "no connection to \(url) within \(request.timeouts.connect): is the address right?")
            case CURLE_COULDNT_CONNECT where systemError == ECONNREFUSED:
                (.unreachable, "nothing listens at \(url): is the server running? Start it or correct the address")
            case CURLE_COULDNT_CONNECT:
                (.unreachable, "no connection to \(url): is the network up, and the address right?")
            case CURLE_COULDNT_RESOLVE_HOST:
                (.unreachable, "no host named \(url.hostName) (\(url)): check the address and the network")
            case CURLE_COULDNT_RESOLVE_PROXY:
                (.unreachable, "the proxy for \(url) has no address: check http_proxy, https_proxy and all_proxy")
            case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR:
                (
                    .unreachable,
                    "the certificate of \(url) cannot be verified: name the right authorities in SSL_CERT_FILE"
                )
            case CURLE_SSL_CONNECT_ERROR:
                (.unreachable, "no TLS connection to \(url): does it speak https?")
            case CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_PARTIAL_FILE, CURLE_GOT_NOTHING, CURLE_HTTP2,
                CURLE_HTTP2_STREAM:
                (.interrupted, "the connection to \(url) broke before the answer was complete: try again")
            case CURLE_BAD_CONTENT_ENCODING, CURLE_WEIRD_SERVER_REPLY, CURLE_UNSUPPORTED_PROTOCOL:
                (.unreadableReply, "what \(url) answers is not HTTP as it should be: is the address right?")
            case CURLE_URL_MALFORMAT:
                (.badRequest, "\(url) is not an address libcurl can call: correct it")
            default:
                (.unreachable, "calling \(url) failed")
            }
        return ModelError(kind, "\(text) (\(message))", url: url.description, underlyingError: self)
    }
}

extension ModelError {
    /// The connection ended while an answer was owed.
    static func broken(_ url: ServerAddress) -> ModelError {
        ModelError(
            .interrupted, "the connection to \(url) broke before the answer was complete: try again",
            url: url.description)
    }

    /// A limit of a transfer was reached.
    static func timeout(_ url: ServerAddress, _ what: String, _ limit: Duration) -> ModelError {
        ModelError(
            .timeout, "\(url) \(what) \(limit): is the server overloaded? Allow more time or ask for less",
            url: url.description)
    }
}

extension Duration {
    /// Whole milliseconds, rounded down; within what libcurl's 32-bit limits hold.
    var milliseconds: Int {
        let (seconds, attoseconds) = components
        guard seconds < Int64(Int32.max) / 1000 else { return Int(Int32.max) - 1 }
        return Int(seconds * 1000 + attoseconds / 1_000_000_000_000_000)
    }

    /// Whole nanoseconds, rounded down.
    var nanoseconds: Int64 { components.seconds * 1_000_000_000 + components.attoseconds / 1_000_000_000 }
}
