#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

extension ChildProcess {
    /// Takes what there is to read now, at most one pipe's worth.
    ///
    /// - Returns: How many bytes, 0 at the end, -1 when there is nothing now.
    static func read(_ descriptor: Int32, into bytes: inout [UInt8]) -> Int {
        withUnsafeTemporaryAllocation(byteCount: 1 << 16, alignment: 1) { buffer in
            while true {
                let count = systemRead(descriptor, buffer.baseAddress, buffer.count)
                if count > 0 { bytes.append(contentsOf: buffer[..<count]) }
                if count < 0, errno == EINTR { continue }
                return count
            }
        }
    }

    /// Has `take` read what is printed until nobody holds the output open any more.
    ///
    /// - Parameter take: Reads, and says whether the output is still open.
    /// - Returns: Whether that came within `patience`.
    func drainOutput(within patience: Duration, _ take: () -> Bool) -> Bool {
        let deadline = ContinuousClock.now + patience
        while true {
            var waiting = pollfd(fd: output, events: Int16(POLLIN), revents: 0)
            let rest = (deadline - ContinuousClock.now).seconds
            guard rest > 0 else { return false }
            if poll(&waiting, 1, Int32(rest * 1000 + 1)) > 0, !take() { return true }
        }
    }
}

private func systemRead(_ descriptor: Int32, _ buffer: UnsafeMutableRawPointer?, _ count: Int) -> Int {
    read(descriptor, buffer, count)
}
