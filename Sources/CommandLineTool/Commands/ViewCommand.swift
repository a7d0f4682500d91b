import ArgumentParser
import Foundation
import Inspector
import LanguageModels
import Subprocess
import TraceStore

/// `optrace view`
struct ViewCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "view", abstract: "Look at runs and traces in a browser.",
        discussion: """
            Serves on this machine only, until Ctrl-C. The link holds a key: whoever has it can read everything recorded. \
            The page keeps up with runs that go on.
            """)

    @Argument(help: "What to show first: a trace's number, or a run's name.") var subject: String?
    @Option(help: "The port; by default one that is free.") var port: UInt16 = 0
    @Flag(help: "Print the link and open no browser.") var noOpen = false
    @Option(help: "The workflow file whose traces may be run again from the page, with values changed there.")
    var workflow: String?
    @OptionGroup(title: "Budget, of all that is run again") var budget: BudgetOptions
    @OptionGroup(title: "Models") var models: ModelOptions
    @OptionGroup var database: DatabaseOptions

    func run() async throws {
        guard let workflow else { return try await serve(nil) }
        let session = try Session(workflow: workflow, models: models, database: database) { _ in
            budget.applied(to: Budget())
        }
        try await session.use { try await serve(WorkflowReplays($0)) }
    }

    private func serve(_ replays: WorkflowReplays?) async throws {
        let records = try database.records()
        let place = try subject.map { try Self.place(of: $0, in: records.store) } ?? ""
        let server = try InspectorServer(records.store, port: port, replays: replays) {
            Output.message("pages do not follow along: \($0)")
        }
        let link = server.link + place
        Output.result(link)
        Output.message("serving \(records.store.path); end with Ctrl-C")
        let interrupts = [SIGINT, SIGTERM].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { server.close() }
            source.resume()
            return source
        }
        defer { interrupts.forEach { $0.cancel() } }
        if !noOpen { await Self.open(link) }
        await withCheckedContinuation { (done: CheckedContinuation<Void, Never>) in
            let thread = Thread {
                server.serve()
                done.resume()
            }
            thread.start()
        }
    }

    /// The part of the address that names a trace or a run.
    private static func place(of subject: String, in store: TraceStore) throws -> String {
        if let number = Int(subject) { return "#/trace/\(try store.summary(ofTrace: number).id)" }
        let label = try store.run(named: subject).label
        return "#/run/\(label.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? label)"
    }

    /// Where there is a screen; the link is printed all the same.
    private static func open(_ link: String) async {
        #if os(macOS)
            let program = "open"
        #else
            let environment = ProcessInfo.processInfo.environment
            guard environment["DISPLAY"] != nil || environment["WAYLAND_DISPLAY"] != nil else { return }
            let program = "xdg-open"
        #endif
        _ = try? await Subprocess.run(
            .name(program), arguments: [link], input: .none, output: .discarded, error: .discarded)
    }
}
