import Foundation

/// The standard normal distribution.
public enum NormalDistribution {
    /// P(Z ≤ z).
    public static func cumulative(_ z: Double) -> Double {
        0.5 * erfc(-z / 2.0.squareRoot())
    }

    /// Of the standard normal distribution at `z`.
    public static func density(_ z: Double) -> Double {
        exp(-0.5 * z * z) / (2 * Double.pi).squareRoot()
    }

    /// The z with P(Z ≤ z) = `probability`; −∞ at 0 and ∞ at 1.
    ///
    /// Acklam's rational approximation, then one step of Halley's method: relative error below 1e-14 in the body.
    public static func quantile(_ probability: Double) -> Double {
        guard probability > 0 else { return -.infinity }
        guard probability < 1 else { return .infinity }
        // The upper half by symmetry: 1 − p is exact there, while 1 − P(Z ≤ z) would cancel.
        guard probability <= 0.5 else { return -quantile(1 - probability) }
        let start = approximateQuantile(probability)
        let error = cumulative(start) - probability
        let step = error * (2 * Double.pi).squareRoot() * exp(0.5 * start * start)
        return step.isFinite ? start - step / (1 + 0.5 * start * step) : start
    }

    private static func approximateQuantile(_ probability: Double) -> Double {
        if probability < 0.02425 {
            let q = (-2 * log(probability)).squareRoot()
            return polynomial(
                [
                    -7.784894002430293e-03, -3.223964580411365e-01, -2.400758277161838, -2.549732539343734,
                    4.374664141464968, 2.938163982698783,
                ], q)
                / polynomial(
                    [7.784695709041462e-03, 3.224671290700398e-01, 2.445134137142996, 3.754408661907416, 1], q)
        }
        let q = probability - 0.5
        let square = q * q
        return q
            * polynomial(
                [
                    -3.969683028665376e+01, 2.209460984245205e+02, -2.759285104469687e+02, 1.383577518672690e+02,
                    -3.066479806614716e+01, 2.506628277459239,
                ], square)
            / polynomial(
                [
                    -5.447609879822406e+01, 1.615858368580409e+02, -1.556989798598866e+02, 6.680131188771972e+01,
                    -1.328068155288572e+01, 1,
                ], square)
    }

    private static func polynomial(_ coefficients: [Double], _ x: Double) -> Double {
        coefficients.reduce(0) { $0 * x + $1 }
    }
}
