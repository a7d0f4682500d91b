import Foundation
import Testing

@testable import Workflows

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Real process groups, and the real process that ends them.
@Suite("Wardens", .timeLimit(.minutes(2)))
struct WardenTests {
    /// A process that leads a group of its own and would go on for long.
    private func group() throws -> pid_t {
        #if canImport(Darwin)
            var attributes: posix_spawnattr_t?
        #else
            var attributes = posix_spawnattr_t()
        #endif
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK))
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setpgroup(&attributes, 0)
        var process: pid_t = 0
        let words = [strdup("sleep"), strdup("100"), nil]
        defer { for word in words { free(word) } }
        try #require(posix_spawn(&process, "/bin/sleep", nil, &attributes, words, [nil]) == 0)
        return process
    }

    /// The signal that ended the process, once it has ended; 0 when none did.
    private func signal(ending process: pid_t) -> Int32 {
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
        return status & 0x7F
    }

    /// Returns once the process has ended, and leaves it to be waited for.
    private func end(_ process: pid_t, by signal: Int32) {
        kill(process, signal)
        var info = siginfo_t()
        while waitid(P_PID, id_t(process), &info, WEXITED | WNOWAIT) < 0, errno == EINTR {}
    }

    @Test("what it was told of ends with it, what has left does not")
    func groups() throws {
        var warden: Warden? = Warden()
        let groups = try (0..<3).map { _ in try group() }
        for group in groups { try warden?.watch(group) }
        warden?.leave(groups[1])
        warden = nil
        #expect(signal(ending: groups[0]) == SIGKILL && signal(ending: groups[2]) == SIGKILL)
        #expect(kill(groups[1], 0) == 0)
        kill(groups[1], SIGTERM)
        #expect(signal(ending: groups[1]) == SIGTERM)
    }

    @Test(
        "one that is gone is started anew with the next program, and knows of those that run", arguments: [true, false])
    func gone(_ isWatching: Bool) throws {
        var warden: Warden? = Warden()
        let groups = try (0..<3).map { _ in try group() }
        try warden?.watch(groups[0])
        try warden?.watch(groups[1])
        let first = try #require(warden?.process)
        end(first, by: SIGKILL)
        if isWatching { try warden?.watch(groups[2]) } else { warden?.leave(groups[1]) }
        let second = try #require(warden?.process)
        #expect(second != first && kill(first, 0) != 0)
        warden = nil
        #expect(signal(ending: groups[0]) == SIGKILL)
        let other = isWatching ? (left: groups[1], ended: groups[2]) : (left: groups[2], ended: groups[1])
        if isWatching {
            #expect(signal(ending: other.left) == SIGKILL && signal(ending: other.ended) == SIGKILL)
        } else {
            for group in [other.left, other.ended] {
                kill(group, SIGTERM)
                #expect(signal(ending: group) == SIGTERM)
            }
        }
    }

    @Test("one that is gone while nothing runs is not missed")
    func idle() throws {
        let warden = Warden()
        let one = try group()
        try warden.watch(one)
        end(try #require(warden.process), by: SIGKILL)
        kill(one, SIGTERM)
        #expect(signal(ending: one) == SIGTERM)
        warden.leave(one)
        #expect(warden.process == nil)
    }

    @Test("however many it is told of, none is forgotten")
    func many() throws {
        var warden: Warden? = Warden()
        // No process has such numbers.
        let none = (0..<5_000).map { pid_t(1_000_000_000 + $0) }
        for group in none { try warden?.watch(group) }
        let last = try group()
        try warden?.watch(last)
        for group in none.dropLast(100) { warden?.leave(group) }
        warden = nil
        #expect(signal(ending: last) == SIGKILL)
    }

    @Test("signals for this process, its group and its session pass it by")
    func signals() throws {
        var warden: Warden? = Warden()
        let one = try group()
        try warden?.watch(one)
        let process = try #require(warden?.process)
        #expect(getsid(process) == process && getpgid(process) == process)
        for signal in [SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE] { kill(process, signal) }
        let other = try group()
        try warden?.watch(other)
        #expect(warden?.process == process)
        warden = nil
        #expect(signal(ending: one) == SIGKILL && signal(ending: other) == SIGKILL)
    }

    #if os(Linux)
        @Test("it is a small program without this process's memory, variables and files")
        func small() async throws {
            let warden = Warden()
            let one = try group()
            try warden.watch(one)
            let place = "/proc/\(try #require(warden.process))"
            // The kernel says so a moment after the program has taken its place.
            var line = Data()
            while line.isEmpty {
                line = try #require(FileManager.default.contents(atPath: "\(place)/cmdline"))
                await Task.yield()
            }
            let words = String(decoding: line, as: UTF8.self).split(separator: "\0")
            #expect(words.first == "sh" && words.last == "optrace-warden", "\(words)")
            #expect(try #require(FileManager.default.contents(atPath: "\(place)/environ")).isEmpty)
            #expect(try FileManager.default.contentsOfDirectory(atPath: "\(place)/fd").sorted() == ["0", "1", "2"])
            warden.leave(one)
            kill(one, SIGTERM)
            #expect(signal(ending: one) == SIGTERM)
        }
    #endif
}
