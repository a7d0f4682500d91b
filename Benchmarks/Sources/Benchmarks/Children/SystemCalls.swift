#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

// System calls under names that methods of the same name do not hide.

func systemPipe(_ ends: UnsafeMutablePointer<Int32>) -> Int32 { pipe(ends) }

func systemWrite(_ file: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int { write(file, bytes, count) }

func systemClose(_ file: Int32) { close(file) }
