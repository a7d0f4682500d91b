import Evaluation
import TraceGraph
import Testing

@Suite struct DatasetTests {
    private func faults(_ read: () throws(DatasetError) -> Dataset) -> [String] {
        do {
            _ = try read()
            return []
        } catch {
            return error.faults.map(\.description)
        }
    }

    @Test func jsonLinesKeepTypesOrderAndPlaces() throws {
        let text = "\u{FEFF}{\"id\": 7, \"text\": \"a\\nb\", \"n\": 1.5}\r\n\n{\"id\": \"x\", \"tags\": [1, 2]}"
        let dataset = try Dataset(contents: text, path: "d.jsonl")
        #expect(dataset.examples.map(\.id) == ["7", "x"])
        #expect(dataset.examples.map(\.line) == [1, 3])
        #expect(dataset.examples[0]["text"] == "a\nb")
        #expect(dataset.examples[0]["n"] == 1.5)
        #expect(dataset.examples[1]["tags"] == [1, 2])
        #expect(dataset.fieldNames == ["id", "text", "n", "tags"])
    }

    @Test func tablesFollowTheStandard() throws {
        let text = "id,text,label\r\n1,\"a, \"\"b\"\"\r\nand more\",x\r\n2,,\" y\"\r\n\r\n3,\"\",z"
        let dataset = try Dataset(contents: text, path: "d.CSV")
        #expect(dataset.examples.map { $0["text"] } == ["a, \"b\"\r\nand more", "", ""])
        #expect(dataset.examples.map { $0["label"] } == ["x", " y", "z"])
        #expect(dataset.examples.map(\.line) == [2, 4, 6])
        let tabs = try Dataset(contents: "a\tb\n1,0\t2\r3\t4", path: "d.tsv")
        #expect(tabs.examples.map { $0["a"] } == ["1,0", "3"])
    }

    @Test func everyBrokenLineIsReported() {
        let text = "{\"id\": 1}\n{\"id\": }\n[1]\n{\"id\": 1}\nnope"
        let found = faults { () throws(DatasetError) in try Dataset(contents: text, path: "data/d.jsonl") }
        #expect(found.count == 4)
        #expect(found[0].hasPrefix("data/d.jsonl:2: not JSON: column 8"))
        #expect(found[1] == "data/d.jsonl:3: expected a JSON object, got a list")
        #expect(found[2] == "data/d.jsonl:4: id '1' was already used on line 1; expected each id once")
        #expect(found[3].hasPrefix("data/d.jsonl:5: not JSON"))
    }

    @Test func brokenTableRowsAreReportedAndTheRestIsStillRead() {
        let text = "a,b,a\n1\n\"x\ny\",2,3,4\n1,2\"3,4\n\"5\"6,7,8\n9,10,11\n\"open,1\n2,3,4\n5"
        let found = faults { () throws(DatasetError) in try Dataset(contents: text, path: "d.csv") }
        #expect(found.map { $0.split(separator: ":")[1] } == ["1", "2", "3", "5", "6", "8", "10"])
        #expect(found[0].hasSuffix("two columns are called 'a'"))
        #expect(found[1].hasSuffix("expected 3 cells as in the header, got 1"))
        #expect(found[3].contains("a quote inside an unquoted cell"))
        #expect(found[4].contains("text after a closing quote"))
        #expect(found[5].contains("never ends"))
    }

    @Test func emptyFilesAndUnknownKindsAreRefused() {
        for (text, path, part) in [
            ("", "d.jsonl", "no examples"), ("", "d.csv", "the file is empty"), ("a,b\n", "d.csv", "no examples"),
            ("x", "d.txt", "expected .jsonl, .csv or .tsv"), ("[{\"a\": 1},\n{\"a\": 2}]", "d.jsonl", "no list"),
        ] {
            let found = faults { () throws(DatasetError) in try Dataset(contents: text, path: path) }
            #expect(found.first?.contains(part) == true, "\(found)")
        }
    }

    @Test func invalidTextIsLocated() {
        let bytes = Array("a\nfine\n".utf8) + [0xC3, 0x28]
        let found = faults { () throws(DatasetError) in try Dataset(contents: bytes, path: "d.csv") }
        #expect(found == ["d.csv:3: cell 1 is not valid UTF-8"])
    }

    @Test func mappingRenamesColumnsAndNamesWhatIsMissing() throws {
        let mapping = ["message": "text", "expected": "queue"]
        let dataset = try Dataset(
            contents: "text,queue,expected,more\nhi,billing,old,m", path: "d.csv", mapping: mapping)
        #expect(dataset.examples[0].fields == ["message": "hi", "expected": "billing", "more": "m"])
        let found = faults { () throws(DatasetError) in
            try Dataset(
                contents: "{\"queue\": \"a\"}\n{\"text\": 1, \"queue\": 2}\n{}", path: "d.jsonl", mapping: mapping,
                required: ["customer"])
        }
        #expect(
            found == [
                "d.jsonl:1: missing field 'text' (for message); the row has queue",
                "d.jsonl:1: no row has a field 'customer'; the first has queue",
                "d.jsonl:3: missing fields 'queue' (for expected), 'text' (for message); the row has ",
            ])
    }

    @Test func madeIdsAreStableUnderAppendingAndMapping() throws {
        let text = "{\"a\": 1, \"b\": 2}\n{\"b\": 2, \"a\": 1}\n{\"a\": 3, \"b\": 2}"
        let ids = try Dataset(contents: text, path: "d.jsonl").examples.map(\.id)
        #expect(Set(ids).count == 3)
        #expect(ids[1] == ids[0] + "-2")
        let longer = try Dataset(contents: text + "\n{\"a\": 4, \"b\": 1}", path: "d.jsonl", mapping: ["c": "a"])
        #expect(longer.examples.prefix(3).map(\.id) == ids)
    }

    @Test func idsMayComeFromAnotherColumn() throws {
        let dataset = try Dataset(contents: "key,a\nk1,x\nk2,x\n", path: "d.csv", mapping: ["id": "key"])
        #expect(dataset.examples.map(\.id) == ["k1", "k2"])
    }

    @Test func labelsAreFewAndRecur() {
        let labels = LabelSet(of: ["b", "a", "b", "b", "a", "c"] as [Value])
        #expect(labels?.labels == ["b", "a", "c"])
        #expect(labels?.counts.map(\.count) == [3, 2, 1])
        #expect(LabelSet(of: ["a", "b", "c", "a"] as [Value]) == nil)
        #expect(LabelSet(of: (0..<100).map { Value.integer($0 % 21) }) == nil)
        #expect(LabelSet(of: (0..<100).map { Value.integer($0 % 20) })?.labels.count == 20)
        #expect(LabelSet(of: [["a"], ["a"]] as [Value]) == nil)
        #expect(LabelSet(of: [] as [Value]) == nil)
    }
}
