#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// A row of elements that grows in place, owned by one holder.
///
/// An array that grows copies what it has and asks at every append whether it is shared; this does neither, which is half
/// the cost of recording a node.
struct Column<Element>: ~Copyable, @unchecked Sendable where Element: Sendable {
    private var base: UnsafeMutablePointer<Element>?
    private var capacity = 0
    private(set) var count = 0

    init() {}

    init(reserving capacity: Int) {
        if capacity > 0 { grow(to: capacity) }
    }

    init(repeating element: Element, count: Int) {
        self.init(reserving: count)
        base?.initialize(repeating: element, count: count)
        self.count = count
    }

    /// - Precondition: `place` is in `0..<count`.
    subscript(place: Int) -> Element {
        @inline(__always) unsafeAddress {
            precondition(place >= 0 && place < count, "outside the column")
            // Not nil where the count is above 0.
            return UnsafePointer(base.unsafelyUnwrapped + place)
        }
        @inline(__always) unsafeMutableAddress {
            precondition(place >= 0 && place < count, "outside the column")
            return base.unsafelyUnwrapped + place
        }
    }

    @inline(__always)
    mutating func append(_ element: consuming Element) {
        if count == capacity { grow(to: max(16, capacity * 2)) }
        (base.unsafelyUnwrapped + count).initialize(to: element)
        count += 1
    }

    /// Keeps the first `count` elements.
    mutating func truncate(to count: Int) {
        guard count < self.count, let base else { return }
        (base + count).deinitialize(count: self.count - count)
        self.count = count
    }

    @inline(never)
    private mutating func grow(to capacity: Int) {
        // Swift's values may be moved byte by byte; large blocks are moved by the kernel, without copying.
        guard let moved = realloc(base, capacity * MemoryLayout<Element>.stride) else {
            preconditionFailure("out of memory")
        }
        base = moved.bindMemory(to: Element.self, capacity: capacity)
        self.capacity = capacity
        #if os(Linux)
            // Pages of 4 KiB cost a third of a long recording. A hint: where it is not taken, nothing changes.
            let size = capacity * MemoryLayout<Element>.stride
            let page = 1 << 21
            if size >= 4 * page {
                let start = (Int(bitPattern: moved) + page - 1) & ~(page - 1)
                madvise(
                    UnsafeMutableRawPointer(bitPattern: start), Int(bitPattern: moved) + size - start, MADV_HUGEPAGE)
            }
        #endif
    }

    deinit {
        base?.deinitialize(count: count)
        free(base)
    }
}
