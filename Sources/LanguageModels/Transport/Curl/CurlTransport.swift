import CCurl
import HTTPTypes

/// HTTP over libcurl: one multi handle and one thread that waits for it, whatever the number of requests in flight.
///
/// Connections are kept alive and shared by all requests to a host; https speaks HTTP/2 where the server does, http
/// speaks HTTP/1.1. TLS is verified, redirects are not followed, proxies are what libcurl's environment says (never for
/// the loopback). Cancelling a task closes its transfer at once. The thread ends with the transport; a stream that is
/// still being read keeps the transport alive.
public final class CurlTransport: HTTPTransport {
    private let driver: CurlDriver
    private let bodyBuffer: Int

    /// libcurl asks for one call in the life of a process, before any other.
    private static let globalResult: CURLcode = curl_global_init(Int(CURL_GLOBAL_ALL))

    /// - Throws: ``ModelError`` with code `unreachable` when libcurl or its thread cannot be started.
    public init(_ options: CurlOptions = CurlOptions()) throws(ModelError) {
        guard Self.globalResult == CURLE_OK else {
            throw ModelError(.unreachable, "libcurl cannot be started: is there memory left?")
        }
        bodyBuffer = options.bodyBuffer
        driver = try CurlDriver(options)
        try driver.start()
    }

    deinit { driver.submit(.stop) }

    public func send(_ request: TransportRequest) async throws -> TransportResponse {
        let transfer = CurlTransfer(request)
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                begin(transfer, for: .whole(continuation))
            }
        } onCancel: {
            driver.cancel(transfer)
        }
    }

    public func stream(_ request: TransportRequest) async throws -> TransportStream {
        let transfer = CurlTransfer(request)
        let channel = BodyChannel(capacity: bodyBuffer)
        let reader = CurlBodyReader(transport: self, transfer: transfer, channel: channel)
        let head = try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                begin(transfer, for: .pieces(head: continuation, channel))
            }
        } onCancel: {
            driver.cancel(transfer)
        }
        return TransportStream(head: head, body: TransportBody { try await reader.next() })
    }

    private func begin(_ transfer: CurlTransfer, for receiver: CurlTransfer.Receiver) {
        transfer.receiver = receiver
        // Refused only when the driver has stopped, and it stops with the transport: nobody else can complete it.
        if !driver.start(transfer) { transfer.complete(throwing: CancellationError()) }
    }

    fileprivate func resume(_ transfer: CurlTransfer) { driver.submit(.resume(transfer)) }

    fileprivate func cancel(_ transfer: CurlTransfer) { driver.cancel(transfer) }
}

/// The reader's end of a streamed body; letting go of it closes the transfer.
private final class CurlBodyReader: Sendable {
    let transport: CurlTransport
    let transfer: CurlTransfer
    let channel: BodyChannel

    init(transport: CurlTransport, transfer: CurlTransfer, channel: BodyChannel) {
        self.transport = transport
        self.transfer = transfer
        self.channel = channel
    }

    deinit {
        if !channel.hasEnded { transport.cancel(transfer) }
    }

    func next() async throws -> [UInt8]? {
        try await withTaskCancellationHandler {
            try await channel.next { transport.resume(transfer) }
        } onCancel: {
            transport.cancel(transfer)
        }
    }
}
