import Foundation
import GRDB
import TestServer
import Testing
import TraceGraph

/// Files that are full, locked, forbidden, damaged, or not there.
@Suite("optrace and its files", .timeLimit(.minutes(10)))
struct FileFaultTests {
    private func ready(_ body: (Program, TestServer) async throws -> Void) async throws {
        let server = try EchoWorkflow.server(.closed, .later)
        server.stop()
        let working = try TestServer.chat { .text($0.prompt) }
        defer { working.stop() }
        let program = try EchoWorkflow.program(at: working.url)
        defer { program.remove() }
        try await body(program, working)
    }

    private static let eval = ["eval", "echo.yaml", "--split", "all", "--json"]
    private static let shellEval = "$optrace eval echo.yaml --split all --json"

    private func database(_ program: Program) -> URL { program.folder.appending(path: "cache/optrace.sqlite") }

    // MARK: Disks

    @Test(
        "a disk that is full: told with the remedy, nothing lost, and on it goes once there is room",
        .enabled(if: MountedDisk.isAvailable, "needs mount namespaces"))
    func fullDisk() async throws {
        try await ready { program, server in
            let script = MountedDisk.script(
                """
                \(Self.shellEval) --limit 2 >first.json 2>first.txt; echo first $?
                cat /dev/zero >cache/filler 2>/dev/null
                \(Self.shellEval) >second.json 2>second.txt; echo second $?
                rm cache/filler
                \(Self.shellEval) >third.json 2>third.txt; echo third $?
                $optrace cache verify >verified.txt 2>&1; echo verified $?
                """, size: "2m")
            let run = try await program.shell(script)
            #expect(run.lines == ["first 0", "second 1", "third 0", "verified 0"], "\(run.output)\(run.error)")
            let told = try program.read("second.txt")
            #expect(told.contains("has no space left on its disk; free some space and resume"), "\(told)")
            #expect(!told.contains(EchoWorkflow.key))
            let whole = try Value(json: String(try program.read("third.json").split(separator: "\n").last ?? ""))
            #expect(whole["examples"] == 8 && whole["score"]?.number == 1)
            #expect(server.requests.count <= 16, "what was recorded before is not asked again")
        }
    }

    @Test("a disk too small to begin with", .enabled(if: MountedDisk.isAvailable, "needs mount namespaces"))
    func smallDisk() async throws {
        try await ready { program, server in
            let run = try await program.shell(
                MountedDisk.script("\(Self.shellEval) >out.json 2>out.txt; echo $?", size: "16k"))
            #expect(run.lines == ["1"], "\(run.error)")
            let told = try program.read("out.txt")
            #expect(told.contains("has no space left on its disk"), "\(told)")
            #expect(server.requests.isEmpty)
        }
    }

    @Test(
        "a run that meets a full disk is taken up where it stopped, and ends as if nothing had happened",
        .enabled(if: MountedDisk.isAvailable, "needs mount namespaces"), arguments: [300_000, 600_000, 1_000_000])
    func resumedRun(_ room: Int) async throws {
        let server = try MoodWorkflow.server()
        defer { server.stop() }
        func ready() throws -> Program {
            var program = try Program()
            try MoodWorkflow.install(in: program)
            program.environment = [
                "OPTRACE_MODEL": "openai:small", "OPENAI_BASE_URL": "\(server.url)/v1",
                "OPENAI_API_KEY": EchoWorkflow.key,
            ]
            return program
        }
        let undisturbed = try ready()
        defer { undisturbed.remove() }
        let expected = try await undisturbed.run("optimize", "mood.yaml", "--json")
        let disturbed = try ready()
        defer { disturbed.remove() }
        let run = try await disturbed.shell(
            MountedDisk.filled(butFor: room, size: "6m"))
        let told = try disturbed.read("first.txt")
        let again = try disturbed.read("second.txt")
        #expect(run.lines == ["first 1", "second 0"], "\(run.output)\(run.error)\(told)\(again)")
        #expect(told.contains("no space left"), "\(told)")
        let events = try disturbed.read("first.json")
        #expect(!events.contains("\"event\":\"failed\""), "no example is to blame: \(events)")
        let second = try disturbed.read("second.json").split(separator: "\n").last ?? ""
        let found = try Value(json: String(second))
        let wanted = try Value(json: String(expected.lines.last ?? ""))
        for field in ["verdict", "best", "parameters", "scores"] {
            #expect(found[field] != nil && found[field] == wanted[field], "\(field)")
        }
    }

    @Test("a disk that may only be read", .enabled(if: MountedDisk.isAvailable, "needs mount namespaces"))
    func readOnlyDisk() async throws {
        try await ready { program, server in
            let run = try await program.shell(
                MountedDisk.script(
                    """
                    \(Self.shellEval) --limit 2 >/dev/null 2>&1; echo $?
                    mount -o remount,ro cache
                    \(Self.shellEval) >out.json 2>out.txt; echo $?
                    """, size: "4m"))
            #expect(run.lines == ["0", "1"], "\(run.error)")
            let told = try program.read("out.txt")
            #expect(told.contains("may not be written; make it writable"), "\(told)")
            #expect(server.requests.count == 2)
        }
    }

    @Test(
        "what lies on a disk that may only be read can be looked at, and nothing else",
        .enabled(if: MountedDisk.isAvailable, "needs mount namespaces"))
    func archive() async throws {
        try await ready { program, server in
            let run = try await program.shell(
                MountedDisk.script(
                    """
                    $optrace optimize echo.yaml >/dev/null 2>&1; echo $?
                    rm -f cache/optrace.sqlite-shm cache/optrace.sqlite-wal
                    $optrace traces list --json >before.json
                    $optrace runs show latest --json >shown.json
                    rm -f cache/optrace.sqlite-shm cache/optrace.sqlite-wal
                    mount -o remount,ro cache
                    $optrace traces list --json >after.json || echo traces
                    $optrace runs show latest --json >again.json || echo runs
                    $optrace traces show 1 >/dev/null || echo trace
                    $optrace traces export 1 --format html --output t.html >/dev/null || echo export
                    $optrace runs export latest --format csv --output r.csv >/dev/null || echo csv
                    $optrace cache stats >/dev/null || echo stats
                    $optrace cache verify >/dev/null || echo verify
                    $optrace doctor >doctor.txt 2>&1
                    $optrace traces delete 1 2>delete.txt; echo $?
                    $optrace cache clear 2>clear.txt; echo $?
                    $optrace replay 1 2>replay.txt; echo $?
                    """, size: "8m"))
            #expect(run.lines == ["0", "1", "1", "1"], "\(run.output)\(run.error)")
            #expect(try program.read("after.json") == program.read("before.json"))
            #expect(try program.read("again.json") == program.read("shown.json"))
            #expect(try program.read("doctor.txt").contains("may only be read"))
            for file in ["delete.txt", "clear.txt", "replay.txt"] {
                #expect(try program.read(file).contains("may not be written; make it writable"), "\(file)")
            }
        }
    }

    @Test(
        "what was written last and lies beside an archived database is missed, not left out",
        .enabled(if: MountedDisk.isAvailable, "needs mount namespaces"))
    func archiveWithLog() async throws {
        try await ready { program, _ in
            let copying = """
                import sqlite3, shutil
                kept = sqlite3.connect("cache/optrace.sqlite")
                kept.execute("PRAGMA user_version")
                other = sqlite3.connect("cache/optrace.sqlite")
                other.execute("CREATE TABLE later (x)")
                other.commit()
                shutil.copy("cache/optrace.sqlite", "cache/old.sqlite")
                shutil.copy("cache/optrace.sqlite-wal", "cache/old.sqlite-wal")
                """
            try program.write(copying, to: "copy.py")
            let run = try await program.shell(
                MountedDisk.script(
                    """
                    \(Self.shellEval) --limit 2 >/dev/null 2>&1; echo $?
                    python3 copy.py
                    test -s cache/old.sqlite-wal; echo $?
                    mount -o remount,ro cache
                    $optrace traces list --database cache/old.sqlite 2>out.txt; echo $?
                    mkdir here && cp cache/old.sqlite* here
                    $optrace traces list --json --database here/old.sqlite >list.json; echo $?
                    """, size: "8m"))
            #expect(run.lines == ["0", "0", "1", "0"], "\(run.output)\(run.error)")
            let told = try program.read("out.txt")
            #expect(told.contains("cache/old.sqlite-wal; copy both files"), "\(told)")
            #expect(try program.read("list.json").split(separator: "\n").count == 2)
        }
    }

    @Test("a limit on the size of files is an error, not the end by a signal")
    func fileSizeLimit() async throws {
        try await ready { program, _ in
            let run = try await program.shell("ulimit -f 700; \(Self.shellEval) >out.json 2>out.txt; echo $?")
            let told = try program.read("out.txt")
            #expect(run.lines == ["1"], "\(run.output)\(told)")
            #expect(told.contains("error: ") && told.contains("cache/optrace.sqlite"), "\(told)")
            #expect(try await program.run(Self.eval).status == 0, "without the limit it goes on")
        }
    }

    @Test(
        "results that cannot be written are an error", .enabled(if: FileManager.default.fileExists(atPath: "/dev/full"))
    )
    func fullOutput() async throws {
        try await ready { program, _ in
            for command in [Self.shellEval, "$optrace validate echo.yaml", "$optrace run echo.yaml --example oak"] {
                let run = try await program.shell("\(command) >/dev/full 2>out.txt; echo $?")
                #expect(run.lines == ["1"], "\(command)")
                #expect(try program.read("out.txt").contains("standard output"), "\(command)")
            }
            #expect(try await program.run("traces", "list", "--json").lines.count >= 9, "what was done is kept")
        }
    }

    // MARK: Databases

    @Test(
        "a database that is something else is refused, named, and left as it is",
        arguments: [
            ("a letter", "is not an SQLite database"), ("another program's", "belongs to another program"),
            ("of a newer version", "use the newer version"), ("a folder", "is a folder; name a file in it"),
            ("in a file", "cannot be created"),
        ])
    func wrongDatabase(_ what: String, _ saying: String) async throws {
        try await ready { program, server in
            let file = database(program)
            try program.write("", to: "cache/.keep")
            var path = "cache/optrace.sqlite"
            switch what {
            case "a letter": try program.write(String(repeating: "Dear reader, ", count: 500), to: path)
            case "another program's":
                try await DatabaseQueue(path: file.path).write {
                    try $0.execute(sql: "CREATE TABLE recipes (name TEXT)")
                }
            case "of a newer version":
                #expect(try await program.run(Self.eval + ["--limit", "1"]).status == 0)
                try await DatabaseQueue(path: file.path).write { try $0.execute(sql: "PRAGMA user_version = 99") }
            case "a folder": path = "cache"
            default: path = "echo.yaml/optrace.sqlite"
            }
            let before = server.requests.count
            let content = FileManager.default.contents(atPath: file.path)
            for command in [Self.eval, ["optimize", "echo.yaml"], ["run", "echo.yaml", "--example", "oak"]] {
                let run = try await program.run(command + ["--database", path])
                #expect(run.status == 1, "\(command)")
                #expect(run.error.contains(saying) && run.error.contains(path.split(separator: "/")[0]), "\(run.error)")
            }
            #expect(server.requests.count == before, "nothing is paid for what cannot be kept")
            #expect(FileManager.default.contents(atPath: file.path) == content)
        }
    }

    @Test("a damaged database is told as such by whatever reads it, without a crash", arguments: 0..<6)
    func damaged(_ kind: Int) async throws {
        try await ready { program, _ in
            #expect(try await program.run(Self.eval).status == 0)
            let file = database(program)
            // Everything into the one file.
            try await DatabaseQueue(path: file.path).writeWithoutTransaction {
                try $0.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)")
            }
            var content = try Data(contentsOf: file)
            let half = content.count / 2 / 4096 * 4096
            switch kind {
            case 0: content = content.prefix(half)
            case 1: content = content.prefix(5000)
            case 2: content.replaceSubrange(4096..<half, with: Data(repeating: 0xA5, count: half - 4096))
            case 3: content.replaceSubrange(half..., with: Data(count: content.count - half))
            case 4: for place in stride(from: 4096 + 17, to: content.count, by: 391) { content[place] ^= 0x5A }
            default: content.replaceSubrange(100..<4096, with: Data(repeating: 0xFF, count: 3996))
            }
            try content.write(to: file)
            for command in [Self.eval, ["traces", "list"], ["traces", "show", "1", "--calls"], ["cache", "verify"]] {
                let run = try await program.run(command)
                #expect(run.status == 0 || run.status == 1, "\(command): \(run.status) \(run.error)")
                if run.status == 1 { #expect(!run.error.isEmpty) }
            }
            let verified = try await program.run("cache", "verify")
            #expect(verified.status == 1 && !(verified.output + verified.error).isEmpty, "\(verified.output)")
        }
    }

    @Test("a database that another process keeps locked is told after a while")
    func locked() async throws {
        try await ready { program, _ in
            #expect(try await program.run(Self.eval + ["--limit", "1"]).status == 0)
            var configuration = Configuration()
            configuration.allowsUnsafeTransactions = true
            let queue = try DatabaseQueue(path: database(program).path, configuration: configuration)
            try await queue.writeWithoutTransaction { try $0.execute(sql: "BEGIN IMMEDIATE") }
            let run = try await program.run(Self.eval)
            try await queue.writeWithoutTransaction { try $0.execute(sql: "ROLLBACK") }
            #expect(run.status == 1)
            #expect(run.error.contains("stayed locked by another process; end that process or wait"), "\(run.error)")
            #expect(try await program.run(Self.eval).status == 0)
        }
    }

    @Test("an empty file becomes a database, a missing folder is made")
    func empty() async throws {
        try await ready { program, _ in
            try program.write("", to: "here.sqlite")
            #expect(try await program.run(Self.eval + ["--database", "here.sqlite"]).status == 0)
            #expect(try await program.run(Self.eval + ["--database", "deep/down/db.sqlite"]).status == 0)
        }
    }

    // MARK: What a workflow names

    @Test(
        "files that are missing, folders or no text are named with their place",
        arguments: [
            "missing", "folder", "bytes",
        ])
    func workflowFiles(_ what: String) async throws {
        try await ready { program, server in
            let yaml = EchoWorkflow.yaml
                .replacing("value: Repeat the word.", with: "value: file://prompt.md")
                .replacing("file: words.jsonl", with: "file: other.jsonl")
            try program.write(yaml, to: "echo.yaml")
            for name in ["prompt.md", "other.jsonl"] {
                let url = program.folder.appending(path: name)
                if what == "folder" {
                    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
                }
                if what == "bytes" { try Data([0x7B, 0xFF, 0xFE, 0x00, 0x0A]).write(to: url) }
            }
            for command in [["validate", "echo.yaml"], Self.eval, ["optimize", "echo.yaml"]] {
                let run = try await program.run(command)
                #expect(run.status == 1, "\(command)")
                #expect(run.error.contains("prompt.md") && run.error.contains("echo.yaml:"), "\(run.error)")
            }
            let none = try await program.run("eval", "nowhere.yaml")
            #expect(none.status == 1 && none.error.contains("nowhere.yaml"), "\(none.error)")
            #expect(server.requests.isEmpty)
        }
    }

    @Test("hardly any files may be open: an error with the remedy, or a result", arguments: [16, 24, 40, 64])
    func fewDescriptors(_ count: Int) async throws {
        try await ready { program, server in
            let run = try await program.shell("ulimit -n \(count); \(Self.shellEval) >out.json 2>out.txt; echo $?")
            let told = try program.read("out.txt")
            if count < 40 {
                #expect(run.lines == ["1"], "\(run.output) \(told)")
                #expect(told.contains("only \(count) files may be open") && told.contains("ulimit -n 1024"), "\(told)")
                #expect(server.requests.isEmpty)
            } else {
                #expect(run.lines == ["0"], "\(run.output) \(told)")
            }
            #expect(try await program.run(Self.eval).status == 0)
        }
    }

    @Test("more calls at once than files may be open: fewer are under way, which is said", arguments: [40, 64, 100])
    func manyCalls(_ count: Int) async throws {
        try await ready { program, _ in
            let words = (0..<300).map { #"{"id": "\#($0)", "word": "word \#($0)"}"# + "\n" }
            try program.write(words.joined(), to: "words.jsonl")
            let run = try await program.shell(
                "ulimit -n \(count); \(Self.shellEval) --concurrency 512 >out.json 2>out.txt; echo $?")
            let told = try program.read("out.txt")
            #expect(run.lines == ["0"], "\(run.output) \(told)")
            #expect(told.contains("only \(count) files may be open at once here"), "\(told)")
        }
    }

    @Test("a soft limit on open files is raised as far as the hard one allows")
    func softLimit() async throws {
        try await ready { program, _ in
            let run = try await program.shell("ulimit -S -n 16; \(Self.shellEval) >out.json 2>out.txt; echo $?")
            let told = try program.read("out.txt")
            #expect(run.lines == ["0"], "\(run.output) \(told)")
        }
    }

    @Test("who copies the database after a command has everything that it wrote")
    func wholeFile() async throws {
        try await ready { program, _ in
            let file = database(program)
            let copy = program.folder.appending(path: "copy.sqlite")
            func count(_ table: String) async throws -> Int {
                if FileManager.default.fileExists(atPath: copy.path) { try FileManager.default.removeItem(at: copy) }
                try FileManager.default.copyItem(at: file, to: copy)
                return try await DatabaseQueue(path: copy.path).read { database in
                    try Int.fetchOne(database, sql: "SELECT count(*) FROM \(table)") ?? -1
                }
            }
            #expect(try await program.run("run", "echo.yaml", "--example", "oak").status == 0)
            #expect(try await count("traces") == 1)
            #expect(try await program.run(Self.eval).status == 0)
            #expect(try await count("traces") == 9)
            #expect(!FileManager.default.fileExists(atPath: file.path + "-wal"))
            _ = try await program.run("optimize", "echo.yaml")
            #expect(try await count("runs") == 1)
            #expect(try await count("steps") >= 2)
            #expect(try await program.run("traces", "delete", "1").status == 0)
            #expect(try await count("traces WHERE id = 1") == 0)
            #expect(try await program.run("cache", "clear", "--force").status == 0)
            #expect(try await count("completions") == 0)
            // Also while somebody looks at it.
            let reader = try DatabasePool(path: file.path)
            _ = try await reader.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM runs") }
            #expect(try await program.run(Self.eval).status == 0)
            #expect(try await count("completions") == 8)
            try reader.close()
        }
    }
}
