import CCurl
import HTTPTypes

/// An easy handle with the memory libcurl writes into, used for one transfer after another.
final class CurlEasy {
    let handle: UnsafeMutableRawPointer
    private let errorText: UnsafeMutablePointer<CChar>
    private var fields: UnsafeMutablePointer<curl_slist>?
    /// What it is set up for; nil when for nothing.
    var form: Form?

    /// What requests have in common that differ in nothing but their body, as those to one model do. Setting a handle up
    /// anew for each would cost as much as sending it.
    struct Form: Hashable {
        let method: HTTPRequest.Method
        let address: ServerAddress
        let fields: HTTPFields
        let connectTimeout: Duration
        let hasBody: Bool

        init(_ request: TransportRequest) {
            method = request.method
            address = request.address
            fields = request.fields
            connectTimeout = request.timeouts.connect
            hasBody = !request.body.isEmpty
        }
    }

    init?() {
        guard let handle = curl_easy_init() else { return nil }
        self.handle = handle
        errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
        errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    }

    deinit {
        curl_easy_cleanup(handle)
        curl_slist_free_all(fields)
        errorText.deallocate()
    }

    /// Forgets everything; connections belong to the multi handle and stay.
    func reset() {
        curl_easy_reset(handle)
        curl_slist_free_all(fields)
        fields = nil
        form = nil
        errorText[0] = 0
    }

    /// Forgets the last transfer and its body, and stays set up for another like it.
    func letGo() {
        setContext(nil)
        if form?.hasBody == true { set(CURLOPT_POSTFIELDS, pointer: nil) }
        errorText[0] = 0
    }

    /// Has libcurl's calls go to the transfer behind `context`.
    func setContext(_ context: UnsafeMutableRawPointer?) {
        for option in [
            CURLOPT_PRIVATE, CURLOPT_PREREQDATA, CURLOPT_HEADERDATA, CURLOPT_WRITEDATA, CURLOPT_OPENSOCKETDATA,
        ] {
            set(option, pointer: context)
        }
    }

    /// libcurl's own words on why the transfer failed; empty when it has none.
    var errorDescription: String { String(cString: errorText) }

    /// The errno behind a failed connection; 0 when there is none.
    var systemError: Int32 {
        var number = 0
        ccurl_get_long(handle, CURLINFO_OS_ERRNO, &number)
        return Int32(truncatingIfNeeded: number)
    }

    private var failed = CURLE_OK

    private func note(_ result: CURLcode) { if failed == CURLE_OK { failed = result } }

    func set(_ option: CURLoption, _ value: Int) { note(ccurl_set_long(handle, option, value)) }

    func set(_ option: CURLoption, _ value: String?) { note(ccurl_set_text(handle, option, value)) }

    func set(_ option: CURLoption, pointer: UnsafeMutableRawPointer?) {
        note(ccurl_set_pointer(handle, option, pointer))
    }

    func set(_ option: CURLoption, receiver: curl_write_callback?) {
        note(ccurl_set_receiver(handle, option, receiver))
    }

    func setPrerequest(_ call: curl_prereq_callback?) { note(ccurl_set_prerequest(handle, call)) }

    func setOpenSocket(_ call: curl_opensocket_callback?) { note(ccurl_set_open_socket(handle, call)) }

    /// Sends `body` with the request; libcurl keeps a copy.
    func set(body: [UInt8]) {
        note(ccurl_set_offset(handle, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(body.count)))
        guard !body.isEmpty else { return set(CURLOPT_COPYPOSTFIELDS, "") }
        body.withUnsafeBytes { bytes in
            let start = bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
            note(ccurl_set_text(handle, CURLOPT_COPYPOSTFIELDS, start))
        }
    }

    /// Adds a header line, `Name: value`.
    func add(field: String) {
        guard let longer = curl_slist_append(fields, field) else { return note(CURLE_OUT_OF_MEMORY) }
        fields = longer
    }

    /// Ends the settings.
    ///
    /// - Returns: The first refusal among them.
    func finishSettings() -> CURLcode {
        note(ccurl_set_list(handle, CURLOPT_HTTPHEADER, fields))
        set(CURLOPT_ERRORBUFFER, pointer: UnsafeMutableRawPointer(errorText))
        defer { failed = CURLE_OK }
        return failed
    }
}
