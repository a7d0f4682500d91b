import HTTPTypes
import LanguageModels
import TraceGraph

extension WorkflowRun {
    /// The most bytes of an answer that are kept, and the characters of one that a failure shows.
    private static let mostBytes = 16 << 20
    private static let shownAnswer = 500
    /// The characters of a secret from which on it is hidden in an answer, too: shorter ones may be words of it.
    private static let tellingSecret = 8
    /// The same for the words of a failure, which nothing goes on with.
    private static let shortestHidden = 4

    /// What stands in the place of what is not to be seen.
    private static let hiddenMark = "[hidden]"

    /// The values of variables that are sent.
    private struct Hidden {
        /// What no failure shows.
        var all: [String] = []
        /// What no answer shows either: an answer is data, and a tenant's or a city's name is a part of it.
        var secrets: [String] = []
    }

    /// Asks a server.
    func request(
        _ http: HTTPAction, in step: WorkflowStep, _ arguments: [(name: String, value: Traced<Value>)], _ known: Known
    ) async throws -> Traced<Value> {
        var inputs = arguments.map { $0.value.input(as: $0.name) }
        let body = try http.body.map { try value(of: $0, base: step.base("body"), known) }
        if let body { inputs.append(body.input(as: "body")) }
        return try await traced(
            "http", node: step.name, inputs: inputs,
            documentation: Self.sentence(step, "\(http.method) \(http.address.template.source)")
        ) {
            let values = Fields(arguments.map { ($0.name, Value.text(Self.escaped($0.value.value.plainText))) })
            let text = try http.address.template.rendered(with: values)
            let content = body.map { $0.value.text ?? $0.value.json }
            let given: Fields = ["address": .text(text), "body": content.map(Value.text) ?? .null]
            let isKept = step.caches ?? true
            let execution = execution(of: step, on: given, isKept: isKept)
            return try await chancing(execution, if: Self.isServers) {
                do {
                    guard let nodes = workflow.nodes, isKept else {
                        return try await own(execution, remedy: "it says 'cache: false'") {
                            try await answer(to: http, at: text, content, in: step)
                        }
                    }
                    return try await nodes.value(for: key(of: http, at: text, content), isRepeatable: false) {
                        try await answer(to: http, at: text, content, in: step)
                    }
                } catch let miss as ModelError where miss.code == .cacheMiss {
                    // What could not be sent was not sent when it was recorded either.
                    _ = try sending(http, to: text, content, in: step)
                    throw miss
                }
            }
        }
    }

    /// Whether it is the server's failure: another time it may answer.
    private static func isServers(_ failure: any NamedFailure) -> Bool {
        [.serverUnreachable, .serverRefused, .unreadableOutput].contains((failure as? WorkflowError)?.code)
    }

    /// Headers are in it as the file has them, variables by their names: secrets travel there. A request that is tried
    /// again is the same one, whether it is its own step that is or one around it.
    private func key(of http: HTTPAction, at address: String, _ body: String?) -> NodeKey? {
        NodeKey(
            "http",
            version: [
                "method": .text(http.method), "output": .text(http.output.rawValue),
                "headers": .list(http.headers.map { [.text($0.name), .text($0.value)] }),
            ],
            inputs: ["address": .text(address), "body": body.map(Value.text) ?? .null],
            repetition: requestRepetition)
    }

    private func answer(
        to http: HTTPAction, at place: String, _ body: String?, in step: WorkflowStep
    ) async throws -> Value {
        let (request, hidden) = try sending(http, to: place, body, in: step)
        let response: TransportResponse
        do {
            response = try await workflow.transport.transport().send(request)
        } catch let error as ModelError {
            // Not a model of the run: others may go on without it.
            throw WorkflowError(.serverUnreachable, Self.hiding(hidden.all, in: error.message))
        }
        return try Self.value(of: response, http, hidden)
    }

    /// What is sent, and what of it is not to be seen.
    private func sending(
        _ http: HTTPAction, to place: String, _ body: String?, in step: WorkflowStep
    ) throws -> (TransportRequest, Hidden) {
        var (fields, hidden) = try self.fields(of: http)
        guard let address = ServerAddress(try filled(place, hiding: false, &hidden)) else {
            throw WorkflowError(.wrongSetting, "'\(place)' is no address of a server")
        }
        let request = TransportRequest(
            HTTPRequest.Method(http.method) ?? .get, address, fields: fields, body: body.map { Array($0.utf8) } ?? [],
            timeouts: TransferTimeouts(total: .seconds(step.timeout ?? 60)), maximumBodySize: Self.mostBytes)
        return (request, hidden)
    }

    /// The header, and the texts in it that are not to be seen.
    private func fields(of http: HTTPAction) throws -> (HTTPFields, Hidden) {
        var fields = HTTPFields()
        var hidden = Hidden()
        for header in http.headers {
            let value = try filled(header.value, hiding: Self.holdsSecret(header.name), &hidden)
            guard let name = HTTPField.Name(header.name) else { continue }
            fields.append(HTTPField(name: name, value: value))
        }
        if http.body != nil, fields[.contentType] == nil { fields[.contentType] = "application/json" }
        return (fields, hidden)
    }

    /// Whether what stands in the header of this name opens doors, whatever its variables are called.
    private static func holdsSecret(_ header: String) -> Bool {
        let name = header.lowercased()
        return ["authorization", "proxy-authorization", "cookie"].contains(name)
            || EnvironmentText.isSecret(name.replacing("-", with: "_"))
    }

    /// A text of the file with its variables filled in, whose values are added to `hidden`; to its secrets those that are
    /// named like one, and with `hiding` all. What examples bring into an address is escaped and names no variable.
    private func filled(_ text: String, hiding: Bool, _ hidden: inout Hidden) throws(WorkflowError) -> String {
        for name in EnvironmentText.names(in: text) {
            guard let value = workflow.environment[name] else { continue }
            if value.count >= Self.shortestHidden { hidden.all.append(value) }
            if value.count >= Self.tellingSecret, hiding || EnvironmentText.isSecret(name) {
                hidden.secrets.append(value)
            }
        }
        do throws(EnvironmentText.Missing) {
            return try EnvironmentText.substituted(text, from: workflow.environment)
        } catch {
            throw WorkflowError(.wrongSetting, "the environment variable \(error.name) is not set")
        }
    }

    private static func value(
        of response: TransportResponse, _ http: HTTPAction, _ hidden: Hidden
    ) throws(WorkflowError) -> Value {
        let text = String(decoding: response.body, as: UTF8.self)
        let status = response.head.status.code
        guard (200..<300).contains(status) else {
            let forms = forms(of: hidden.all)
            // So much that one which is cut in two, and not found, is beyond what is shown, even after nothing but others.
            let longest = forms.map(\.count).max() ?? 0
            let looked = shownAnswer + (shownAnswer / hiddenMark.count + 2) * longest
            let shown = hiding(forms, in: String(text.prefix(looked)))
            throw WorkflowError(
                .serverRefused, "the server answered \(status)",
                detail: shown.isEmpty ? nil : String(shown.prefix(shownAnswer)))
        }
        let telling = hidden.secrets
        switch http.output {
        case .text:
            return .text(hiding(forms(of: telling), in: text))
        case .json:
            if response.body.isEmpty { return .null }
            do {
                return hiding(telling, in: try Value(json: response.body))
            } catch {
                throw WorkflowError(.unreadableOutput, "the server's answer is not JSON: \(error)")
            }
        }
    }

    /// As they are, as they stand in JSON, in either spelling of its slashes, and as they stand in an address.
    private static func forms(of secrets: [String]) -> [String] {
        var forms: Set<String> = []
        for secret in secrets {
            let quoted = String(Value.text(secret).json.dropFirst().dropLast())
            forms.formUnion([secret, quoted, quoted.replacing("/", with: "\\/"), escaped(secret)])
        }
        return Array(forms)
    }

    /// The longest first, as one may be a part of another.
    private static func hiding(_ secrets: [String], in text: String) -> String {
        secrets.sorted { ($0.count, $0) > ($1.count, $1) }.reduce(text) { $0.replacing($1, with: hiddenMark) }
    }

    /// In every text of `value`, names of fields included.
    private static func hiding(_ secrets: [String], in value: Value) -> Value {
        if secrets.isEmpty { return value }
        if let text = value.text { return .text(hiding(secrets, in: text)) }
        if let list = value.list { return .list(list.map { hiding(secrets, in: $0) }) }
        guard let object = value.object else { return value }
        return .object(Fields(object.map { (hiding(secrets, in: $0), hiding(secrets, in: $1)) }))
    }

    /// The text as a part of a URL (RFC 3986, unreserved characters as they are).
    static func escaped(_ text: String) -> String {
        var escaped = ""
        for byte in text.utf8 {
            let scalar = Unicode.Scalar(byte)
            let isFree =
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                || "-._~".unicodeScalars.contains(scalar)
            if isFree {
                escaped.unicodeScalars.append(scalar)
            } else {
                let digits = String(byte, radix: 16, uppercase: true)
                escaped += "%" + (digits.count < 2 ? "0" : "") + digits
            }
        }
        return escaped
    }
}
