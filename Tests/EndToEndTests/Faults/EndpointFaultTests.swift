import TestServer
import Testing
import TraceGraph

/// Endpoints that are not there, not what they seem, or somewhere else.
@Suite("optrace at the wrong endpoint", .timeLimit(.minutes(10)))
struct EndpointFaultTests {
    func eval(at url: String, _ variables: [String: String] = [:]) async throws -> Program.Ending {
        var program = try EchoWorkflow.program(at: url)
        defer { program.remove() }
        program.environment.merge(variables) { _, new in new }
        let run = try await program.run("eval", "echo.yaml", "--split", "all", "--json")
        #expect(!(run.output + run.error).contains(EchoWorkflow.key))
        return run
    }

    @Test("nobody listens: given up within seconds, with the address and the remedy")
    func refused() async throws {
        let server = try EchoWorkflow.server(.closed, .once)
        server.stop()
        let run = try await eval(at: server.url)
        #expect(run.status == 1)
        #expect(run.error.contains("nothing listens at \(server.url)/v1/chat/completions: is the server running?"))
    }

    @Test("no such host: given up within seconds")
    func unknownHost() async throws {
        let run = try await eval(at: "http://models.invalid", ["no_proxy": "*"])
        #expect(run.status == 1)
        #expect(run.error.contains("no host named models.invalid"), "\(run.error)")
    }

    @Test("a proxy that is not there is named")
    func proxy() async throws {
        let run = try await eval(at: "http://models.invalid", ["http_proxy": "http://proxy.invalid:3128"])
        #expect(run.status == 1)
        #expect(run.error.contains("check http_proxy"), "\(run.error)")
    }

    @Test("an address that is none is refused before anything runs", arguments: ["nonsense", "ftp://x/v1", "http://"])
    func address(_ url: String) async throws {
        let run = try await eval(at: "", ["OPENAI_BASE_URL": url])
        #expect(run.status == 1)
        #expect(run.error.contains("OPENAI_BASE_URL is not an address"), "\(run.error)")
    }

    @Test("https where there is only http is said to be that")
    func noTLS() async throws {
        let server = try EchoWorkflow.server(.closed, .once)
        defer { server.stop() }
        let run = try await eval(at: server.url.replacing("http:", with: "https:"), ["OPTRACE_TIMEOUT": "1s"])
        #expect(run.status == 1)
        #expect(run.error.contains(server.url.replacing("http:", with: "https:")), "\(run.error)")
        #expect(server.requests.isEmpty, "no key in clear text")
    }

    @Test(
        "a certificate that nobody vouches for is refused, before the key is sent",
        .enabled(if: TestTLSServer.isInstalled))
    func strangeCertificate() async throws {
        let server = try TestTLSServer()
        defer { server.stop() }
        let run = try await eval(at: "https://127.0.0.1:\(server.port)")
        #expect(run.status == 1)
        #expect(run.error.contains("cannot be verified: name the right authorities in SSL_CERT_FILE"), "\(run.error)")
        // Trusted, it is connected to.
        let trust = [
            "SSL_CERT_FILE": server.certificate, "OPTRACE_CONCURRENCY": "1", "OPTRACE_TIMEOUT": "2s",
            "OPTRACE_RETRIES": "0",
        ]
        let trusted = try await eval(at: "https://127.0.0.1:\(server.port)", trust)
        #expect(trusted.status == 1)
        #expect(!trusted.error.contains("certificate"), "\(trusted.error)")
    }

    @Test("a redirect is not followed, and the key goes nowhere else", arguments: [301, 302, 303, 307, 308])
    func redirect(_ status: Int) async throws {
        let elsewhere = try EchoWorkflow.server(.closed, .once)
        defer { elsewhere.stop() }
        let server = try EchoWorkflow.server(.redirect(status, to: "\(elsewhere.url)/v1/chat/completions"), .always)
        defer { server.stop() }
        let run = try await eval(at: server.url)
        #expect(run.status == 1)
        #expect(run.error.contains("which is not followed: put the final address into OPENAI_BASE_URL"), "\(run.error)")
        #expect(elsewhere.requests.isEmpty && elsewhere.connectionCount == 0)
        #expect(server.requests.count <= 8)
    }

    @Test("a provider that asks for a wait beyond all patience is not waited for")
    func hours() async throws {
        let server = try EchoWorkflow.server(.status(429, fields: ["Retry-After": "7200"]), .always)
        defer { server.stop() }
        let run = try await eval(at: server.url)
        #expect(run.status == 1)
        #expect(run.error.contains("it asks to wait 7200 s"), "\(run.error)")
        #expect(server.requests.count <= 8)
    }

    @Test(
        "a bad variable about calls is named",
        arguments: [
            ("OPTRACE_TIMEOUT", "soon"), ("OPTRACE_RETRIES", "-1"), ("OPTRACE_MAX_WAIT", "0s"),
            ("OPTRACE_REQUESTS_PER_MINUTE", "many"), ("OPTRACE_TOKENS_PER_MINUTE", "0"), ("OPTRACE_RETRY_DELAY", "x"),
        ])
    func variables(_ name: String, _ value: String) async throws {
        let run = try await eval(at: "http://127.0.0.1:1", [name: value])
        #expect(run.status == 64)
        #expect(run.error.contains("\(name) is '\(value)'"), "\(run.error)")
    }
}
