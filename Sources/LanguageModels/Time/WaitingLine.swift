/// Who waits for what, first come first served, with places that can be given up.
///
/// - Complexity: Every operation takes constant time, amortised.
struct WaitingLine<Waiter> {
    /// What a waiter is known by, from before it stands in the line until it has left.
    struct Ticket: Hashable, Sendable {
        fileprivate let number: Int
    }

    private var issued = 0
    private var head = 0
    private var tail = 0
    private var waiters: [Int: (ticket: Ticket, waiter: Waiter)] = [:]
    private var places: [Ticket: Int] = [:]

    var isEmpty: Bool { waiters.isEmpty }
    var count: Int { waiters.count }

    mutating func ticket() -> Ticket {
        issued += 1
        return Ticket(number: issued)
    }

    mutating func append(_ waiter: Waiter, _ ticket: Ticket) {
        waiters[tail] = (ticket, waiter)
        places[ticket] = tail
        tail += 1
    }

    /// Whoever has waited longest.
    var first: Waiter? {
        mutating get {
            while head < tail {
                if let first = waiters[head] { return first.waiter }
                head += 1
            }
            return nil
        }
    }

    mutating func removeFirst() {
        guard first != nil, let removed = waiters.removeValue(forKey: head) else { return }
        places[removed.ticket] = nil
        head += 1
    }

    /// Takes a waiter out of the line; nil when it has left already or not come yet.
    mutating func remove(_ ticket: Ticket) -> Waiter? {
        guard let place = places.removeValue(forKey: ticket) else { return nil }
        return waiters.removeValue(forKey: place)?.waiter
    }
}
