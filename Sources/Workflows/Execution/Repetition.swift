/// Which independent sample of a model is meant where one run asks the same more than once.
///
/// Replies are cached by request and repeat. So whatever a run does again on purpose (turns, equal elements of a list,
/// equal calls of a program) needs a repeat of its own, which follows from its place alone: a replay asks for the same
/// ones, whatever ended first.
enum Repetition {
    /// The repeat of what `name` does for the `place`-th time, from 0, in a run or a part of one whose repeat is `outer`.
    ///
    /// - Returns: `outer` itself at first; later on a number no other place has, from 0 up to 2⁵³, which every reader of
    ///   JSON keeps exactly.
    static func of(_ place: Int, in name: String, within outer: Int) -> Int {
        guard place > 0 else { return outer }
        var state: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in name.utf8 { state = (state ^ UInt64(byte)) &* 0x100_0000_01B3 }
        for number in [outer, place] { state = mixed(state ^ UInt64(bitPattern: Int64(number))) }
        return Int(state >> 11)
    }

    /// A step of the generator SplitMix64 (Steele, Lea and Flood 2014), in which every bit depends on all.
    private static func mixed(_ number: UInt64) -> UInt64 {
        var number = number &+ 0x9E37_79B9_7F4A_7C15
        number = (number ^ (number >> 30)) &* 0xBF58_476D_1CE4_E5B9
        number = (number ^ (number >> 27)) &* 0x94D0_49BB_1331_11EB
        return number ^ (number >> 31)
    }
}

extension WorkflowRun {
    /// The run as it does what `name` does for the `place`-th time, from 0.
    func again(_ place: Int, in name: String) -> WorkflowRun {
        var run = self
        run.repetition = Repetition.of(place, in: name, within: repetition)
        run.requestRepetition = Repetition.of(place, in: name, within: requestRepetition)
        return run
    }
}
