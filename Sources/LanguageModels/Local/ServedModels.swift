import Synchronization

/// A model and the server that answers for it; the process when this process started it.
struct ServedModel: Sendable {
    let server: RunningServer
    let process: LocalServerProcess?
}

/// The servers in use by this process, by model name.
final class ServedModels: Sendable {
    private let models = Mutex<[String: ServedModel]>([:])

    subscript(name: String) -> ServedModel? {
        get { models.withLock { $0[name] } }
        set { models.withLock { $0[name] = newValue } }
    }

    func remove(_ model: ServedModel, _ name: String) {
        models.withLock { models in
            if models[name]?.server == model.server { models[name] = nil }
        }
    }

    func removeAll() -> [ServedModel] {
        models.withLock { models in
            defer { models = [:] }
            return Array(models.values)
        }
    }
}
