#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

// System calls under names that methods of the same name do not hide.

func systemPipe(_ ends: UnsafeMutablePointer<Int32>) -> Int32 { pipe(ends) }

func systemWrite(_ file: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int { write(file, bytes, count) }

func systemSocket(_ family: Int32, _ kind: Int32) -> Int32 { socket(family, kind, 0) }

func systemListen(_ socket: Int32) -> Int32 { listen(socket, 1024) }

func systemAccept(_ listener: Int32) -> Int32 { accept(listener, nil, nil) }
