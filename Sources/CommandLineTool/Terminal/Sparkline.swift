/// Numbers as a row of small bars.
struct Sparkline {
    private static let bars = Array("▁▂▃▄▅▆▇█")

    /// One character a number, from the lowest to the highest of them all.
    let text: String

    /// - Parameter width: The most characters; of more numbers, neighbours share one, which shows the highest.
    init(_ numbers: [Double], width: Int = 60) {
        let width = max(1, width)
        let shown =
            numbers.count <= width
            ? numbers
            : (0..<width).map { column in
                numbers[(column * numbers.count / width)..<((column + 1) * numbers.count / width)].max() ?? 0
            }
        guard let low = shown.min(), let high = shown.max() else {
            text = ""
            return
        }
        text = String(
            shown.map { number in
                guard high > low else { return Self.bars[3] }
                return Self.bars[Int(((number - low) / (high - low) * 7).rounded())]
            })
    }
}
