import Testing
import TraceGraph

/// Expressions as long as people write them. That they are here is the test: were the operators too many or too general
/// for the type checker, it would give up on them.
@Suite("Operations: type checking")
struct TypeCheckingTests {
    @Test("long expressions of plain values")
    func plain() {
        let (a, b, x, y, s) = (7, 5, 1.5, 2.5, "s")
        let i = a * 2 + b * 3 - (a + b) / 2 % 7 + 4 * (a - 1) - b * b + 12 - a
        let d = x * 2 + y / 3 - (x + y) * 0.5 + 4 * (x - 1) - y * y + 12 - x + Double(i)
        let t = "a" + s + "b" + s.uppercased() + "\(i)" + "c" + s + "d" + String(d) + "e"
        let l = [1, 2, 3] + [a, b] + [4] + [a + b, a * b] + [a - 1]
        let c = a < b && x + 1 > y * 2 || s == "x" + t && !(d >= 3) || l.count == 3 && a == b
        let m = max(a + 1, min(b * 2, 7)) + max(0, a - b) + abs(a - b * 2) + max(1, max(2, a))
        let f = [1, 2, 3].map { $0 * 2 + 1 }.filter { $0 > 2 && $0 % 2 == 1 }.reduce(0) { $0 + $1 * 2 }
        #expect(!c && m == 20 && f == 30)
    }

    @Test("long expressions of traced values")
    func traced() throws {
        let (a, b) = (Traced(7, name: "a"), Traced(5, name: "b"))
        let (x, y) = (Traced(1.5, name: "x"), Traced(2.5, name: "y"))
        let (s, z, n) = (Traced("s", name: "s"), 3.5, 4)
        let i = try a * 2 + b * 3 - (a + b) / 2 % 7 + 4 * (a - 1) - b * b + 12 - a
        let d = x * 2 + y / 3 - (x + y) * 0.5 + 4 * (x - 1) - y * y + 12 - x
        let e = 1.5 * x * x + 2 * y * z - 3 * x * y + (x - z) * (y + 2) / 4 - 7 + z
        let t = "a" + s + "b" + s.uppercased() + "\(i)" + "c" + s + "d" + "\(d)" + "e"
        let c = a < b && x + 1 > y * 2 || s == "x" + t && !(e >= 3) || s.count == 3 && a == b
        let m = try max(a + 1, min(b * 2, n)) + max(0, a - b) + abs(a - b * 2) + max(1, max(2, a))
        let f = try gather([a, b, i]).map { try $0 * 2 + 1 }.filter { try $0 > 2 && $0 % 2 == 1 }.reduce(0) {
            try $0 + $1 * 2
        }
        let h = cond(x > 1, then: x, else: 0) + cond(y > 0, then: 1, else: y * 2) - x * 0.5
        let g = cond(x > 1 && y < x * 2, then: x + y, else: x - 1.5)
        #expect(i.value == 14 + 15 - 6 + 24 - 25 + 12 - 7)
        #expect(abs(d.value - (3 + 2.5 / 3 - 2 + 2 - 6.25 + 12 - 1.5)) < 1e-12)
        #expect(e.value == 3.375 + 17.5 - 11.25 - 2.25 - 7 + 3.5)
        #expect(t.value == "asbS\(i.value)csd\(d.value)e")
        #expect(!c.value && m.value == 20 && f.value == 162 && h.value == 1.75 && g.value == 4)
    }
}
