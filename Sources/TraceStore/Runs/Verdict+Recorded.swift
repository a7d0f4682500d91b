public import Evaluation
import Foundation
public import TraceGraph

extension Verdict {
    /// The verdict as an object, its fields in snake case and sorted; numbers JSON has no word for are texts.
    ///
    /// - Throws: ``StoreError`` with code `unstorable`, which no verdict of the gate gives rise to.
    public var recorded: Value {
        get throws(StoreError) {
            do {
                let encoder = JSONEncoder()
                encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
                encoder.keyEncodingStrategy = .convertToSnakeCase
                encoder.nonConformingFloatEncodingStrategy = .convertToString(
                    positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
                return try Value(json: [UInt8](try encoder.encode(self)))
            } catch {
                throw StoreError(.unstorable, "a verdict cannot be written as JSON: \(error)", underlyingError: error)
            }
        }
    }

    /// Reads what ``recorded`` gives.
    ///
    /// - Throws: ``StoreError`` with code `unreadable` when it is no verdict.
    public init(recorded: Value) throws(StoreError) {
        do {
            let decoder = JSONDecoder()
            decoder.keyDecodingStrategy = .convertFromSnakeCase
            decoder.nonConformingFloatDecodingStrategy = .convertFromString(
                positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
            self = try decoder.decode(Verdict.self, from: Data(recorded.json.utf8))
        } catch {
            throw StoreError(.unreadable, "a stored verdict is not as it was written", underlyingError: error)
        }
    }
}
