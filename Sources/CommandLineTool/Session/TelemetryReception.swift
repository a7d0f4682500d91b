import Foundation
import Inspector
import Interchange
import Optimization
import Synchronization
import TraceStore

/// Receives traces from running programs until it is told to end, or has as many as were wanted.
struct TelemetryReception {
    let origin: TraceOrigin
    let store: TraceStore
    /// How many traces are enough; nil for all that come.
    let most: Int?
    let save: @Sendable (RecordedTrace) throws -> Void

    /// What threads share.
    private final class State: Sendable {
        struct Content {
            var intake = TelemetryIntake()
            var saved = 0
            var failure: (any Error)?
            /// Since when no span has come.
            var quiet = ContinuousClock.now
        }

        let content = Mutex(Content())
    }

    /// How long a trace whose outermost span has come is waited for: other programs may still send parts of it.
    private static let patience = Duration.seconds(2)

    func run(port: UInt16) async throws {
        let state = State()
        let ended = DispatchSemaphore(value: 0)
        let signal = StopSignal()
        let interrupts = Interrupts(signal, first: { ended.signal() })
        defer { interrupts.cancel() }
        let receiver = try TelemetryReceiver(port: port) { bytes, encoding in
            let isEnough = try state.content.withLock { content in
                try content.intake.add(bytes, encoding: encoding)
                content.quiet = .now
                return most.map { content.saved + content.intake.complete.count >= $0 } ?? false
            }
            if isEnough { ended.signal() }
        }
        Output.message(
            "listening at \(receiver.endpoint)/v1/traces; in the program to be traced: "
                + "OTEL_EXPORTER_OTLP_ENDPOINT=\(receiver.endpoint) OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf")
        let server = Thread { receiver.serve() }
        server.stackSize = 1 << 20
        server.start()
        defer { receiver.close() }
        await withCheckedContinuation { done in
            Thread {
                // Between two looks at what is complete by now.
                while ended.wait(timeout: .now() + 0.5) == .timedOut {
                    saveReady(state)
                    if state.content.withLock({ $0.failure != nil }) { break }
                }
                done.resume()
            }.start()
        }
        try state.content.withLock { content in
            if let failure = content.failure { throw failure }
            let waiting = content.intake.waiting
            let open = waiting.count - content.intake.complete.count
            if open > 0 { Output.message("note: the outermost span of \(Figures.count(open, "trace")) has not come") }
            try keep(waiting, of: &content)
            if content.intake.late > 0 {
                Output.message("note: \(Figures.count(content.intake.late, "span")) came after their traces were saved")
            }
        }
    }

    private func saveReady(_ state: State) {
        state.content.withLock { content in
            guard ContinuousClock.now - content.quiet >= Self.patience else { return }
            do {
                try keep(content.intake.complete, of: &content)
            } catch {
                content.failure = error
            }
        }
    }

    private func keep(_ ids: [String], of content: inout State.Content) throws {
        for id in ids {
            let imported = try content.intake.take([id], workflow: origin.name, bindings: origin.bindings)
            for remark in imported.remarks { Output.message("note: \(remark)") }
            for trace in imported.traces {
                try save(trace)
                content.saved += 1
            }
        }
    }
}
