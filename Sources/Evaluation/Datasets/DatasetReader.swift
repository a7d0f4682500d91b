import ContentHash
import LanguageModels
import TraceGraph

/// Collects rows and faults while a file is read.
struct DatasetReader {
    let path: String
    let mapping: [String: String]
    let required: [String]
    private var rows: [(line: Int, fields: Fields)] = []
    private var faults: [DatasetError.Fault] = []
    /// Names that no row has a field for.
    private var nowhere: Set<String> = []

    init(path: String, mapping: [String: String], required: [String]) {
        self.path = path
        self.mapping = mapping
        self.required = required
    }

    mutating func readJSONLines(_ contents: ArraySlice<UInt8>) {
        let lines = contents.split(separator: 0x0A, omittingEmptySubsequences: false)
        for (place, line) in lines.enumerated() {
            guard line.contains(where: { ![0x20, 0x09, 0x0D].contains($0) }) else { continue }
            do {
                let value = try Value(json: Array(line))
                if let fields = value.object {
                    rows.append((place + 1, fields))
                } else {
                    report("expected a JSON object, got a \(value.kindName)", line: place + 1)
                }
            } catch {
                let hint = place == 0 && line.first == UInt8(ascii: "[") ? "; expected one object a line, no list" : ""
                report("not JSON: column \(error.column): \(error.message)\(hint)", line: place + 1)
            }
        }
    }

    mutating func readTable(_ contents: ArraySlice<UInt8>, separator: UInt8) {
        var parser = TableParser(contents, separator: separator)
        guard let header = parser.nextRecord() else {
            report("the file is empty; expected a header with column names", line: 1)
            return
        }
        let columns = header.cells
        if let fault = header.fault { report(fault, line: header.line) }
        for (place, column) in columns.enumerated() {
            if column.isEmpty { report("column \(place + 1) has no name", line: header.line) }
            if columns[..<place].contains(column), !column.isEmpty {
                report("two columns are called '\(column)'", line: header.line)
            }
        }
        while let record = parser.nextRecord() {
            if let fault = record.fault {
                report(fault, line: record.line)
            } else if record.cells.count != columns.count {
                report("expected \(columns.count) cells as in the header, got \(record.cells.count)", line: record.line)
            } else {
                rows.append((record.line, Fields(zip(columns, record.cells.map(Value.text)))))
            }
        }
    }

    private mutating func report(_ message: String, line: Int) {
        faults.append(.init(path: path, line: line, message: message))
    }

    /// The examples, ids given and names mapped.
    mutating func examples() throws(DatasetError) -> [Example] {
        var examples: [Example] = []
        examples.reserveCapacity(rows.count)
        var firstLines: [String: Int] = [:]
        var copies: [String: Int] = [:]
        nowhere = namesFoundNowhere()
        for (line, row) in rows {
            let fields = mapped(row, line: line)
            let given = row[mapping["id"] ?? "id"].map(\.plainText) ?? ""
            if !given.isEmpty {
                if let first = firstLines[given] {
                    report("id '\(given)' was already used on line \(first); expected each id once", line: line)
                    continue
                }
                firstLines[given] = line
                examples.append(Example(id: given, fields: fields, line: line))
            } else {
                let digest = "r" + ContentHash(of: Value.object(row).canonicalJSON).hex.prefix(12)
                copies[digest, default: 0] += 1
                let copy = copies[digest, default: 1]
                let id = copy == 1 ? digest : "\(digest)-\(copy)"
                examples.append(Example(id: id, fields: fields, line: line))
            }
        }
        reportNamesFoundNowhere()
        if examples.isEmpty, faults.isEmpty { report("no examples; expected at least one row", line: 1) }
        guard faults.isEmpty else {
            // A stable order by line; several faults of a line keep the order they were found in.
            let ordered = faults.enumerated().sorted { ($0.element.line, $0.offset) < ($1.element.line, $1.offset) }
            throw DatasetError(ordered.map(\.element))
        }
        return examples
    }

    /// The names, mapped or required, whose column no row has: one mistake of whoever named them, not one of every row.
    private func namesFoundNowhere() -> Set<String> {
        guard rows.count > 1 else { return [] }
        return Set(mapping.keys).union(required).filter { name in
            let column = mapping[name] ?? name
            return rows.allSatisfy { $0.fields[column] == nil && FieldAliases.value(of: column, in: $0.fields) == nil }
        }
    }

    private mutating func reportNamesFoundNowhere() {
        guard let first = rows.first else { return }
        for name in nowhere.sorted() {
            let column = mapping[name] ?? name
            let nearest = NearestName.of(column, among: first.fields.names).map { ", did you mean '\($0)'?" }
            report(
                "no row has a field '\(column)'" + (column == name ? "" : " (for \(name))")
                    + (nearest ?? "; the first has \(first.fields.names.joined(separator: ", "))"), line: first.line)
        }
    }

    private mutating func mapped(_ row: Fields, line: Int) -> Fields {
        guard !mapping.isEmpty || !required.isEmpty else { return row }
        var fields = Fields()
        var lacking: [String] = []
        for (name, column) in mapping.sorted(by: { $0.key < $1.key }) where !nowhere.contains(name) {
            if let value = row[column] ?? FieldAliases.value(of: column, in: row) {
                fields[name] = value
            } else {
                lacking.append("'\(column)' (for \(name))")
            }
        }
        let used = Set(mapping.values)
        for (column, value) in row where !used.contains(column) && mapping[column] == nil { fields[column] = value }
        for name in required where fields[name] == nil && mapping[name] == nil {
            fields[name] = FieldAliases.value(of: name, in: row)
        }
        lacking += required.filter { fields[$0] == nil && mapping[$0] == nil && !nowhere.contains($0) }.map {
            "'\($0)'"
        }
        if !lacking.isEmpty {
            let noun = lacking.count == 1 ? "field" : "fields"
            let there = row.names.joined(separator: ", ")
            report("missing \(noun) \(lacking.joined(separator: ", ")); the row has \(there)", line: line)
        }
        return fields
    }
}
