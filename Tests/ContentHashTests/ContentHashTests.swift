import ContentHash
import Testing

@Suite("ContentHash")
struct ContentHashTests {
    @Test(
        "is SHA-256",
        arguments: [
            ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
            ),
            (
                String(repeating: "a", count: 1_000_000),
                "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
            ),
        ])
    func vectors(content: String, digest: String) {
        #expect(ContentHash(of: content).hex == digest)
        #expect(ContentHash(of: Array(content.utf8)).hex == digest)
    }

    @Test("is the same whether the content comes whole or in pieces")
    func pieces() {
        var hasher = ContentHasher()
        hasher.add("text")
        #expect(hasher.hash == ContentHash(of: "text"))
        hasher.add([10])
        hasher.add("")
        hasher.add("né a long way from home")
        #expect(hasher.hash == ContentHash(of: "text\nné a long way from home"))
        #expect(ContentHasher().hash == ContentHash(of: ""))
    }

    @Test("reads back what it writes, as bytes and as hex digits of either case")
    func roundTrip() {
        for number in 0..<100 {
            let hash = ContentHash(of: "\(number)")
            #expect(hash.bytes.count == 32)
            #expect(ContentHash(bytes: hash.bytes) == hash)
            #expect(ContentHash(hex: hash.hex) == hash)
            #expect(ContentHash(hex: hash.hex.uppercased()) == hash)
            #expect("\(hash)" == hash.hex)
        }
    }

    @Test("takes nothing else for a digest")
    func refuses() {
        let hex = ContentHash(of: "x").hex
        #expect(ContentHash(hex: String(hex.dropLast())) == nil)
        #expect(ContentHash(hex: hex.dropLast() + "g") == nil)
        #expect(ContentHash(bytes: Array(repeating: 0, count: 31)) == nil)
    }

    @Test("differs where the content does, in any of its words")
    func distinct() {
        let hashes = Set((0..<10_000).map { ContentHash(of: "\($0)") })
        #expect(hashes.count == 10_000)
        let bytes = ContentHash(of: "y").bytes
        for place in bytes.indices {
            var other = bytes
            other[place] ^= 1
            #expect(ContentHash(bytes: other) != ContentHash(bytes: bytes))
        }
    }
}
