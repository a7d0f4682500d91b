import CCurl
import HTTPTypes

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

extension CurlEasy {
    /// Sets the handle up for `transfer`; one that served a request of the same form needs only the body.
    ///
    /// - Returns: libcurl's refusal of one of the settings, or `CURLE_OK`.
    func prepare(for transfer: CurlTransfer, options: CurlOptions) -> CURLcode {
        let request = transfer.request
        let form = Form(request)
        if self.form == form {
            setContext(Unmanaged.passUnretained(transfer).toOpaque())
            if form.hasBody { set(body: request.body) }
            return finishSettings()
        }
        if self.form != nil { reset() }
        setContext(Unmanaged.passUnretained(transfer).toOpaque())
        set(CURLOPT_URL, request.address.url)
        set(CURLOPT_PROTOCOLS_STR, "http,https")
        set(CURLOPT_NOSIGNAL, 1)
        set(CURLOPT_FOLLOWLOCATION, 0)
        set(CURLOPT_TCP_KEEPALIVE, 1)
        set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
        set(CURLOPT_ACCEPT_ENCODING, "")
        set(CURLOPT_CONNECTTIMEOUT_MS, max(1, request.timeouts.connect.milliseconds))
        if request.address.scheme == "https" {
            set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_2TLS))
            // Rather share a connection that is being opened than open another.
            set(CURLOPT_PIPEWAIT, 1)
            if let file = options.certificateFile { set(CURLOPT_CAINFO, file) }
            if let folder = options.certificateFolder { set(CURLOPT_CAPATH, folder) }
        } else {
            // Cleartext HTTP/2 breaks when libcurl 7.88 uses a connection again.
            set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
        }
        if request.address.isLoopback { set(CURLOPT_PROXY, "") }
        setMethod(of: request)
        setFields(of: request)
        setCalls()
        let result = finishSettings()
        if result == CURLE_OK { self.form = form }
        return result
    }

    private func setMethod(of request: TransportRequest) {
        switch request.method {
        case .get where request.body.isEmpty: set(CURLOPT_HTTPGET, 1)
        case .head: set(CURLOPT_NOBODY, 1)
        case .post:
            set(CURLOPT_POST, 1)
            set(body: request.body)
        default:
            if !request.body.isEmpty {
                set(CURLOPT_POST, 1)
                set(body: request.body)
            }
            set(CURLOPT_CUSTOMREQUEST, request.method.rawValue)
        }
    }

    private func setFields(of request: TransportRequest) {
        for field in request.fields {
            add(field: field.value.isEmpty ? "\(field.name.rawName);" : "\(field.name.rawName): \(field.value)")
        }
        if !request.fields.contains(.userAgent) { add(field: "User-Agent: optrace") }
        if !request.body.isEmpty || request.method == .post {
            if !request.fields.contains(.contentType) { add(field: "Content-Type:") }
            // No waiting for a permission to send that hardly any server gives.
            add(field: "Expect:")
        }
    }

    private func setCalls() {
        setPrerequest { context, _, _, _, _ in
            CurlEasy.transfer(context)?.begin() == true ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT
        }
        setOpenSocket { context, _, address in
            let socket = address.map { openSocket($0.pointee) } ?? -1
            // The system has forgotten the one that had this number before, without a word.
            CurlEasy.transfer(context)?.turn?.sockets[socket] = nil
            return socket
        }
        set(
            CURLOPT_HEADERFUNCTION,
            receiver: { bytes, size, count, context in
                let line = CurlEasy.buffer(bytes, size * count)
                return CurlEasy.transfer(context)?.receiveHeader(line) == true ? line.count : 0
            })
        set(
            CURLOPT_WRITEFUNCTION,
            receiver: { bytes, size, count, context in
                let piece = CurlEasy.buffer(bytes, size * count)
                switch CurlEasy.transfer(context)?.receiveBody(piece) {
                case .taken: return piece.count
                case .refused: return Int(CURL_WRITEFUNC_PAUSE)
                case .stop, nil: return piece.count == 0 ? 1 : 0
                }
            })
    }

    /// The transfer behind libcurl's context pointer; the driver keeps it alive as long as its handle is in use.
    static func transfer(_ context: UnsafeMutableRawPointer?) -> CurlTransfer? {
        context.map { Unmanaged<CurlTransfer>.fromOpaque($0).takeUnretainedValue() }
    }

    private static func buffer(_ bytes: UnsafeMutablePointer<CChar>?, _ count: Int) -> UnsafeBufferPointer<UInt8> {
        let start = UnsafeRawPointer(bytes)?.assumingMemoryBound(to: UInt8.self)
        return UnsafeBufferPointer(start: start, count: start == nil ? 0 : count)
    }
}

/// A socket that children do not inherit: one that they held open would survive its closing here, and the server would
/// go on answering a cancelled request.
private func openSocket(_ address: curl_sockaddr) -> Int32 {
    #if canImport(Darwin)
        let descriptor = socket(address.family, address.socktype, address.protocol)
        if descriptor >= 0 { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
        return descriptor
    #else
        return socket(address.family, address.socktype | Int32(SOCK_CLOEXEC.rawValue), address.protocol)
    #endif
}
