import LanguageModels
import Testing

@Suite struct LocalSettingsTests {
    @Test func theFolderIsFoundInOrder() throws {
        let all = ["OPTRACE_CACHE_HOME": "/own", "XDG_CACHE_HOME": "/caches", "HOME": "/home/me"]
        #expect(try LocalFolder(environment: all).path == "/own")
        #expect(try LocalFolder(environment: all.filter { $0.key != "OPTRACE_CACHE_HOME" }).path == "/caches/optrace")
        #expect(try LocalFolder(environment: ["HOME": "/home/me"]).path == "/home/me/.cache/optrace")
        #expect(throws: ModelError.self) { try LocalFolder(environment: [:]) }
    }

    @Test func settingsComeFromTheEnvironment() throws {
        #expect(
            try LocalServerSettings(environment: [:], cores: 6)
                == LocalServerSettings(threads: 6, slots: 4, context: 4096, cachesPrompts: true))
        let environment = [
            "OPTRACE_LOCAL_THREADS": "1", "OPTRACE_LOCAL_SLOTS": "2", "OPTRACE_LOCAL_CONTEXT": "512",
            "OPTRACE_LOCAL_CACHE_PROMPT": "0",
        ]
        #expect(
            try LocalServerSettings(environment: environment, cores: 6)
                == LocalServerSettings(threads: 1, slots: 2, context: 512, cachesPrompts: false))
    }

    @Test(arguments: [
        ("OPTRACE_LOCAL_THREADS", "many"), ("OPTRACE_LOCAL_SLOTS", "0"), ("OPTRACE_LOCAL_CACHE_PROMPT", "perhaps"),
    ])
    func whatIsNotASettingIsNamed(name: String, text: String) {
        let error = #expect(throws: ModelError.self) {
            try LocalServerSettings(environment: [name: text], cores: 1)
        }
        #expect(error?.code == .setting && error?.message.contains(name) == true)
    }
}
