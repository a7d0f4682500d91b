import Evaluation
import Testing

@Suite struct KendallTauTests {
    @Test func knownRankings() {
        #expect(KendallTau.value([(1, 1), (2, 2), (3, 3)]) == 1)
        #expect(KendallTau.value([(1, 3), (2, 2), (3, 1)]) == -1)
        #expect(KendallTau.value([(1, 1), (2, 3), (3, 2)]).map { ($0 * 3).rounded() } == 1)
        #expect(KendallTau.value([(1, 1), (2, 1)]) == nil && KendallTau.value([(1, 1)]) == nil)
    }
}
