import Evaluation

/// The candidates that none beats in every aim, with what each comes to and what all of them reach together.
struct FrontTable {
    let front: FrontReport
    let terminal: Terminal

    func shown() -> String {
        var table = TextTable([("front", .left)] + front.metrics.map { ($0, .right) })
        for member in front.members {
            table.add(["\(member.candidate)"] + member.means.map { Figures.decimal($0) })
        }
        let title = "\(front.members.count) of \(Figures.count(front.count, "candidate")) on the front"
        return table.shown(on: terminal) + "\n" + title + (volume.map { ", \($0)" } ?? "")
    }

    private var volume: String? {
        guard let volume = front.hypervolume else { return nil }
        let base = zip(front.metrics, front.reference).map { "\($0) \(Figures.decimal($1))" }.joined(separator: ", ")
        return "hypervolume \(Figures.decimal(volume)) beyond \(base)"
    }
}
