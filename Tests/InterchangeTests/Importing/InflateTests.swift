import Foundation
import Interchange
import Testing

@Suite("Taking compressed content apart")
struct InflateTests {
    /// What zlib made of known texts: stored, with fixed codes, with codes of its own, with a file's name in front.
    private static let stored = "H4sIAAAAAAAEAwELAPT/cGxhaW4gYnl0ZXPLr1xxCwAAAA=="
    private static let fixed =
        "H4sIAAAAAAACA3NMSVQoL8ovSVXILNFTcBzljfLw8vzyk/JTKhVSc4pTFVIyU/QADqMP+kACAAA="
    private static let dynamic = """
        H4sIAAAAAAACA3XVWW7DMAwE0KvkakFi9Ccb0gXo7duQbvksWj+CLFHkzHDx9X5eLoeP5/G0HG6/+3X7fro/t+vX8fK5HJ7L4/K9tXkcb+tl\
        rnGQd+HQJ8v57c9gu+gdN3kgjDwJP7nVJOLhL4NegyLk4rUR4y4fwxUiAss1nYanWJTEsGmdvEsvthFWn7mutEoEIVTYfd66aFzQbr2rY9G+\
        Xoy485k4qZywyO9VjT2qKK5OEamdkjq2ZEqAaD8qu59xsM8qb9Q0DtZtawtrhZcEL1wtyyACF7bpgYPqHsNzJzaKVK6+zFvCkDo4VK7lEAak\
        ciJ2a4fNQKkCMv2GCVdVK9UI8COhSjJOIEdE7z/8aSjcAYsTwIP/5Fa+ut9Jo4tcLvahzsjQ2CTi3xvDxcbCJpfWJnYTzUuXlj5pjmnrY7SN\
        q9JyrDm841fibapKrXXgXJxJXc1qd3/ENXVoXVgz+Nokav1l7uzh8VeNdGOr+8MYVG5DGVS9YDc/75oXrfmtyfanB641Vl30uvoBsQegWsUI\
        AAA=
        """
    private static let named = "H4sICAAAAAAC/25hbWUudHh0ACvPLMlQSFTIS8xNBQCMm56NCwAAAA=="
    private static let zlib = "eJxzTElUKC/KL0lVyCzRU3Ac5Y3y8PL88pPyUyoVUnOKUxVSMlP0ACGdvwQ="

    private static let play = String(repeating: "Ada wrote it. ", count: 40) + "Nobody else did."

    private func bytes(_ base64: String) throws -> [UInt8] { [UInt8](try #require(Data(base64Encoded: base64))) }

    private func text(_ base64: String) throws -> String {
        String(decoding: try Inflate.gzip(bytes(base64), most: 1 << 20), as: UTF8.self)
    }

    @Test("every kind of block gives back what was put in")
    func blocks() throws {
        #expect(try text(Self.stored) == "plain bytes")
        #expect(try text(Self.fixed) == Self.play)
        #expect(try text(Self.named) == "with a name")
        let words = try text(Self.dynamic).split(separator: " ")
        #expect(words.count == 400)
        #expect(Set(words) == ["span", "trace", "model", "reply", "node", "edge", "value", "score"])
        #expect(String(decoding: try Inflate.zlib(bytes(Self.zlib), most: 1 << 20), as: UTF8.self) == Self.play)
        let both = try bytes(Self.stored) + bytes(Self.named)
        #expect(String(decoding: try Inflate.gzip(both, most: 100), as: UTF8.self) == "plain byteswith a name")
    }

    @Test("more than was allowed is refused before it is made")
    func bound() throws {
        let content = try bytes(Self.fixed)
        #expect(try Inflate.gzip(content, most: 576).count == 576)
        #expect(throws: ImportError.self) { _ = try Inflate.gzip(content, most: 575) }
    }

    @Test("no damage is taken for content, and none ends the program", arguments: [stored, fixed, dynamic, named])
    func damage(_ base64: String) throws {
        let whole = try bytes(base64)
        let right = try Inflate.gzip(whole, most: 1 << 20)
        for count in whole.indices {
            #expect(throws: ImportError.self) { _ = try Inflate.gzip(Array(whole[..<count]), most: 1 << 20) }
        }
        for place in whole.indices {
            var broken = whole
            broken[place] ^= 0x10
            // The head has fields that say nothing about the content: time, system, name.
            if let read = try? Inflate.gzip(broken, most: 1 << 20) { #expect(read == right, "at byte \(place)") }
        }
    }
}
