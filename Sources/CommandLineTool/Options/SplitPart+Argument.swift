public import ArgumentParser
public import Evaluation

extension SplitPart: ExpressibleByArgument {
    /// Every word that names a part in data names it here.
    public init?(argument: String) { self.init(word: argument) }
}
