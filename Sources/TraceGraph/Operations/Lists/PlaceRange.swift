/// A range of places in a list or a text, counted from 0: `2..<5`, `2...4`, `2...`, `..<5`, `...4`.
public protocol PlaceRange {
    /// The first place in the range.
    var first: Int { get }
    /// The place after the last one; nil for the end of whatever is sliced.
    var end: Int? { get }
}

extension Range: PlaceRange where Bound == Int {
    public var first: Int { lowerBound }
    public var end: Int? { upperBound }
}

extension PartialRangeFrom: PlaceRange where Bound == Int {
    public var first: Int { lowerBound }
    public var end: Int? { nil }
}

extension PartialRangeUpTo: PlaceRange where Bound == Int {
    public var first: Int { 0 }
    public var end: Int? { upperBound }
}

extension ClosedRange: PlaceRange where Bound == Int {
    public var first: Int { lowerBound }
    public var end: Int? { upperBound.placeAfter }
}

extension PartialRangeThrough: PlaceRange where Bound == Int {
    public var first: Int { 0 }
    public var end: Int? { upperBound.placeAfter }
}

extension Int {
    /// Nothing is as long as the highest integer, so that stopping there loses nothing.
    fileprivate var placeAfter: Int { self == .max ? .max : self + 1 }
}
