import Testing

@testable import LanguageModels

@Suite("Amounts in words about a budget")
struct LedgerSpellingTests {
    @Test(
        "have six decimals at the most, and no exponent",
        arguments: [
            (0, "0"), (0.000028, "0.000028"), (2, "2"), (1.5, "1.5"), (0.1 + 0.2, "0.3"), (1e-9, "0"), (-0.25, "-0.25"),
            (123_456.000001, "123456.000001"),
        ])
    func amounts(_ amount: Double, _ spelled: String) {
        #expect(Ledger.spelled(amount) == spelled)
    }
}
