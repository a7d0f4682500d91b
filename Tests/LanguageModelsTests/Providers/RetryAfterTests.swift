import HTTPTypes
import Testing

@testable import LanguageModels

@Suite struct RetryAfterTests {
    func seconds(_ fields: [(String, String)]) throws -> Double? {
        var all = HTTPFields()
        for (name, value) in fields { all.append(HTTPField(name: try #require(.init(name)), value: value)) }
        return RetryAfter.seconds(in: all, now: 784_111_777)
    }

    @Test(arguments: [("0", 0.0), ("2", 2), ("1.5", 1.5), ("-3", 0)])
    func readsSeconds(text: String, expected: Double) throws {
        #expect(try seconds([("Retry-After", text)]) == expected)
    }

    @Test(arguments: [
        "Sun, 06 Nov 1994 08:50:07 GMT", "Sunday, 06-Nov-94 08:50:07 GMT", "Sun Nov  6 08:50:07 1994",
    ])
    func readsDates(text: String) throws {
        #expect(try seconds([("Retry-After", text)]) == 30)
        #expect(try seconds([("Retry-After", text), ("Date", "Sun, 06 Nov 1994 08:50:00 GMT")]) == 7)
    }

    @Test func pastIsNow() throws {
        #expect(try seconds([("Retry-After", "Sun, 06 Nov 1994 08:40:00 GMT")]) == 0)
    }

    @Test func millisecondsAreFiner() throws {
        #expect(try seconds([("Retry-After", "1"), ("Retry-After-Ms", "250")]) == 0.25)
    }

    @Test(arguments: [
        "", "soon", "nan", "inf", "Sun, 06 Foo 1994 08:50:07 GMT", "Sun, 06 Nov 1994 25:50:07 GMT", "Nov", "1:2",
        "06 Nov 1994 1:00",
    ])
    func nonsenseIsNothing(text: String) throws {
        #expect(try seconds([("Retry-After", text)]) == nil)
    }

    @Test(arguments: [
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0), ("Thu, 29 Feb 2024 12:00:00 GMT", 1_709_208_000),
        ("Fri, 31 Dec 1999 23:59:60 GMT", 946_684_800), ("Mon, 01 Mar 2100 00:00:00 GMT", 4_107_542_400),
    ])
    func knowsTheCalendar(text: String, seconds: Int) {
        #expect(RetryAfter.secondsSince1970(httpDate: text) == seconds)
    }
}
