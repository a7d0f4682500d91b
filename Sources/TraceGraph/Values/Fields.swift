/// The fields of an object: names and values in the order they were given.
///
/// Order is kept for people and prompts; equality and hashing ignore it, as JSON does. A name that is given twice keeps
/// its first place and its last value.
///
/// - Complexity: Looking up a name is linear in the number of fields up to 16, constant beyond.
public struct Fields: Sendable {
    /// In order.
    public private(set) var names: [String] = []
    /// In the order of ``names``.
    public private(set) var values: [Value] = []
    private var places: [String: Int] = [:]

    private static let linearLimit = 16

    public init() {}

    /// The pairs in their order; of two with one name the later value counts.
    public init(_ pairs: some Sequence<(String, Value)>) {
        for (name, value) in pairs { self[name] = value }
    }

    public var count: Int { names.count }
    /// Whether there is no field.
    public var isEmpty: Bool { names.isEmpty }

    /// The value of `name`; setting nil removes the field.
    public subscript(_ name: String) -> Value? {
        get { place(of: name).map { values[$0] } }
        set {
            switch (place(of: name), newValue) {
            case (let place?, let value?):
                values[place] = value
            case (nil, let value?):
                names.append(name)
                values.append(value)
                if names.count > Self.linearLimit {
                    if places.isEmpty {
                        for (index, name) in names.enumerated() { places[name] = index }
                    } else {
                        places[name] = names.count - 1
                    }
                }
            case (let place?, nil):
                names.remove(at: place)
                values.remove(at: place)
                places = [:]
                if names.count > Self.linearLimit {
                    for (index, name) in names.enumerated() { places[name] = index }
                }
            case (nil, nil):
                break
            }
        }
    }

    private func place(of name: String) -> Int? {
        names.count > Self.linearLimit ? places[name] : names.firstIndex(of: name)
    }
}

extension Fields: Hashable {
    public static func == (a: Fields, b: Fields) -> Bool {
        guard a.count == b.count else { return false }
        for (name, value) in a where b[name] != value { return false }
        return true
    }

    public func hash(into hasher: inout Hasher) {
        var sum = 0
        for (name, value) in self {
            var one = Hasher()
            one.combine(name)
            one.combine(value)
            sum &+= one.finalize()
        }
        hasher.combine(sum)
        hasher.combine(count)
    }
}

extension Fields: RandomAccessCollection {
    public var startIndex: Int { 0 }
    public var endIndex: Int { names.count }
    /// The field at `position`.
    public subscript(position: Int) -> (name: String, value: Value) { (names[position], values[position]) }
}

extension Fields: ExpressibleByDictionaryLiteral {
    public init(dictionaryLiteral elements: (String, Value)...) { self.init(elements) }
}
