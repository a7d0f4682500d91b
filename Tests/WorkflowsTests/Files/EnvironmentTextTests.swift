import Testing
import TraceGraph

@testable import Workflows

@Suite("Variables of the environment in files")
struct EnvironmentTextTests {
    @Test(
        "names that say that a value is nobody's business",
        arguments: [
            "SEARCH_KEY", "APIKEY", "GITHUB_TOKEN", "SECRET", "DB_PASSWORD", "DB_PASS", "MYSQL_PWD", "GITHUB_PAT",
            "CREDENTIAL", "AWS_CREDENTIALS", "AUTH", "SHOP_AUTH", "ssh_passphrase", "db_pass",
        ])
    func secrets(_ name: String) { #expect(EnvironmentText.isSecret(name)) }

    @Test(
        "names that hold such a word by accident",
        arguments: ["TENANT", "CITY", "BYPASS", "PATH", "COMPASS", "AUTHOR", "PATTERN", "PWD", "OLDPWD", "PASSAGE"])
    func plain(_ name: String) { #expect(!EnvironmentText.isSecret(name)) }

    @Test("only a step's address and headers are filled in for each request, whatever else is called like them")
    func places() throws {
        let file = try WorkflowFixture.read(
            """
            name: w
            inputs: { text: text }
            constants:
              http: "${SHOP_KEY}/a"
              headers: "${SHOP_KEY}/b"
            steps:
              one: { http: "https://a.test/${SHOP_KEY}", headers: { X-Key: "${SHOP_KEY}" }, body: "{{http}}{{headers}}" }
              two:
                when: $one
                then:
                  steps:
                    three: { http: "https://b.test/${SHOP_KEY}?${CITY}" }
            output: $two
            """, environment: ["SHOP_KEY": "shown", "CITY": "rome"])
        #expect(file.constants.map(\.value) == ["shown/a", "shown/b"])
        func address(_ steps: [WorkflowStep]) -> [String] {
            steps.flatMap { step -> [String] in
                switch step.action {
                case .http(let http): [http.address.template.source]
                case .when(let when): address(when.then.steps)
                default: []
                }
            }
        }
        #expect(address(file.steps) == ["https://a.test/${SHOP_KEY}", "https://b.test/${SHOP_KEY}?rome"])
    }
}
