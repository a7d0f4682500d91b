import LanguageModels
import Testing

@Suite struct ModelManifestTests {
    let manifest = ModelManifest.standard

    @Test func defaultIsOneOfTheNamedModels() throws {
        #expect(try manifest.file("default") == manifest.file("0.5b"))
        #expect(try manifest.file("1.5b").bytes == 1_117_320_768)
    }

    @Test func everyNamedModelHasAChecksumAndItsOfficialHomeFirst() {
        for model in manifest.models {
            #expect(model.sha256?.count == 64)
            guard case .url(let address) = model.sources.first else {
                Issue.record("\(model.name) has no address")
                continue
            }
            #expect(address.hasSuffix(model.file))
        }
    }

    @Test func pathsStayWhereTheyAre() throws {
        #expect(try manifest.file("/models/my.gguf").path == "/models/my.gguf")
        #expect(try manifest.file("my.gguf").path == "my.gguf")
    }

    @Test func addressesMayNameTheirChecksum() throws {
        let plain = try manifest.file("https://host.example/a/model.gguf?download=1")
        #expect(plain.sha256 == nil && plain.file.hasSuffix("-model.gguf"))
        let other = try manifest.file("https://other.example/a/model.gguf")
        #expect(plain.file != other.file)
        let checked = try manifest.file("https://host.example/model.gguf#sha256=ABC")
        #expect(checked.sha256 == "abc")
        #expect(checked.sources == [.url("https://host.example/model.gguf")])
    }

    @Test func anUnknownNameListsTheKnown() {
        let error = #expect(throws: ModelError.self) { try manifest.file("7b") }
        #expect(error?.code == .unknownModel)
        #expect(error?.message.contains("default, 0.5b, 1.5b") == true)
    }
}
