import CProcess
import Subprocess

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

extension GraphLayout {
    /// The best layout to be had here: Graphviz's where `dot` is installed and ends within two seconds, else
    /// ``init(layering:)``.
    ///
    /// - Parameter mayAskGraphviz: Whether `dot` may be started.
    public static func best(for problem: Problem, mayAskGraphviz: Bool = true) async -> GraphLayout {
        // The network simplex of dot takes seconds from here on.
        let isSmall = problem.sizes.count <= 400 && problem.edges.count <= 1_200
        if mayAskGraphviz, isSmall, !problem.sizes.isEmpty, let layout = await graphviz(problem) { return layout }
        return GraphLayout(layering: problem)
    }

    private static func graphviz(_ problem: Problem) async -> GraphLayout? {
        let source = dotSource(problem)
        let answer = await withTaskGroup(of: String?.self) { group in
            group.addTask {
                guard let input = InputFile(source) else { return nil }
                guard let file = input.handedOver(FileDescriptorInput.fileDescriptor) else { return nil }
                let result = try? await Subprocess.run(
                    .name("dot"), arguments: ["-Tplain"], input: file, output: .string(limit: 1 << 23),
                    error: .discarded)
                withExtendedLifetime(input) {}
                guard let result, result.terminationStatus.isSuccess else { return nil }
                return result.standardOutput
            }
            group.addTask {
                try? await Task.sleep(for: .seconds(2))
                return nil
            }
            let first = await group.next() ?? nil
            group.cancelAll()
            return first
        }
        return answer.flatMap { GraphLayout(plain: $0, problem) }
    }

    /// Boxes without text: what they say is ours to draw, and nothing recorded reaches the program.
    private static func dotSource(_ problem: Problem) -> String {
        var lines = ["digraph g {", "graph [rankdir=TB nodesep=0.35 ranksep=0.5 outputorder=edgesfirst];"]
        lines.append("node [shape=box fixedsize=true label=\"\"]; edge [arrowhead=none];")
        for (index, size) in problem.sizes.enumerated() {
            lines.append(
                "b\(index) [width=\(Amounts.decimal(size.width / 72)) height=\(Amounts.decimal(size.height / 72))];")
        }
        for edge in problem.edges { lines.append("b\(edge.from) -> b\(edge.to);") }
        lines.append("}")
        return lines.joined(separator: "\n")
    }

    /// Reads what `dot -Tplain` writes, in inches with y growing upwards.
    init?(plain text: String, _ problem: Problem) {
        let margin = 12.0
        var height = 0.0
        var size = Size(width: 0, height: 0)
        var centres = [Point?](repeating: nil, count: problem.sizes.count)
        var routes: [[Int]: [[Point]]] = [:]
        func number(_ word: Substring) -> Double? { Double(String(word)).map { $0 * 72 } }
        func box(_ word: Substring) -> Int? { Int(String(word.dropFirst())) }
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ")
            switch words.first {
            case "graph" where words.count >= 4:
                guard let width = number(words[2]), let tall = number(words[3]) else { return nil }
                height = tall
                size = Size(width: width + 2 * margin, height: tall + 2 * margin)
            case "node" where words.count >= 4:
                guard let index = box(words[1]), centres.indices.contains(index), let x = number(words[2]),
                    let y = number(words[3])
                else { return nil }
                centres[index] = Point(x: x + margin, y: height - y + margin)
            case "edge" where words.count >= 4:
                guard let from = box(words[1]), let to = box(words[2]), let count = Int(String(words[3])),
                    words.count >= 4 + 2 * count
                else { return nil }
                let points = (0..<count).compactMap { index -> Point? in
                    guard let x = number(words[4 + 2 * index]), let y = number(words[5 + 2 * index]) else { return nil }
                    return Point(x: x + margin, y: height - y + margin)
                }
                guard points.count == count, count % 3 == 1 else { return nil }
                routes[[from, to], default: []].append(points)
            default: break
            }
        }
        let placed = centres.compactMap(\.self)
        guard placed.count == problem.sizes.count else { return nil }
        var ordered: [[Point]] = []
        for edge in problem.edges {
            guard var known = routes[[edge.from, edge.to]], !known.isEmpty else { return nil }
            ordered.append(known.removeFirst())
            routes[[edge.from, edge.to]] = known
        }
        self.init(size: size, centres: placed, routes: ordered, engine: .graphviz)
    }
}

/// A text as an open file, for as long as it lives. A program need not read its input: writing to one that is gone is an
/// error that Subprocess does not survive.
private final class InputFile {
    private let descriptor: CInt

    init?(_ text: String) {
        var text = text
        var descriptor: CInt = -1
        guard text.withUTF8({ cprocess_file($0.baseAddress, $0.count, &descriptor) }) == 0 else { return nil }
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// The open file as an input: the descriptor's own type is not ours to import.
    func handedOver<Descriptor: RawRepresentable>(
        _ make: (Descriptor, Bool) -> FileDescriptorInput
    ) -> FileDescriptorInput? where Descriptor.RawValue == CInt {
        Descriptor(rawValue: descriptor).map { make($0, false) }
    }
}
