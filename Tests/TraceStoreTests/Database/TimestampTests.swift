import Foundation
import Testing

@testable import TraceStore

@Suite("A stored time")
struct TimestampTests {
    @Test("is UTC in ISO 8601 with milliseconds and reads back")
    func spelling() throws {
        #expect(Timestamp.text(StoreClock.fixed.now()) == "2026-01-02T03:04:05.678Z")
        for milliseconds in [0, 1, 999, 1_000, 1_767_323_045_007, -1, -1_000, -1_001] {
            let date = Date(timeIntervalSince1970: Double(milliseconds) / 1000)
            #expect(try Timestamp.date(Timestamp.text(date)) == date)
        }
        // However far away, text order stays time order.
        let seconds: [Double] = [-.infinity, -1e300, -1e11, 0, 1e9, 1e12, 1e300, .infinity]
        let texts = seconds.map { Timestamp.text(Date(timeIntervalSince1970: $0)) }
        #expect(texts == texts.sorted() && Set(texts.map { $0.count }) == [24], "\(texts)")
        expect(.unreadable) { try Timestamp.date("yesterday") }
        expect(.unreadable) { try Timestamp.date("yesterday.000Z") }
    }
}
