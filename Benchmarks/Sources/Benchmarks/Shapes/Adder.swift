import Optrace

/// The one operation that the shapes are made of.
protocol Adder {
    associatedtype Term

    func add(_ a: Term, _ b: Term) -> Term
}

/// What can be added at next to no cost, so that the recording is what is measured.
protocol Addend: ParameterValue {
    static var sample: Self { get }
    static func sum(_ a: Self, _ b: Self) -> Self
}

extension Int: Addend {
    static var sample: Int { 1 }
    static func sum(_ a: Int, _ b: Int) -> Int { a &+ b }
}

/// A short text. Longer than what a `String` holds in itself, so that it is shared, as most texts of a workflow are.
extension String: Addend {
    static var sample: String { "the package never arrived" }
    static func sum(_ a: String, _ b: String) -> String { a.utf8.count > b.utf8.count ? a : b }
}

/// As a user of the library writes it.
struct TracedAdder<Content: Addend>: Adder {
    func add(_ a: Traced<Content>, _ b: Traced<Content>) -> Traced<Content> {
        traced("add", a, b) { Content.sum($0, $1) }
    }
}

/// The same without the library.
struct PlainAdder<Content: Addend>: Adder {
    @inline(never)
    func add(_ a: Content, _ b: Content) -> Content { Content.sum(a, b) }
}
