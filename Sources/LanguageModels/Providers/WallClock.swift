#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The time of day, for dates that servers send; whole seconds since 1970.
let secondsSince1970: @Sendable () -> Int = { Int(time(nil)) }
