/// Arithmetic on whole numbers that throws ``OperationError`` where the operators of the standard library trap.
extension FixedWidthInteger {
    @inlinable
    func sum(with other: Self) throws -> Self {
        let (result, overflow) = addingReportingOverflow(other)
        guard !overflow else { throw OperationError.overflow(of: "\(self) + \(other)", in: Self.self) }
        return result
    }

    @inlinable
    func difference(to other: Self) throws -> Self {
        let (result, overflow) = subtractingReportingOverflow(other)
        guard !overflow else { throw OperationError.overflow(of: "\(self) - \(other)", in: Self.self) }
        return result
    }

    @inlinable
    func product(with other: Self) throws -> Self {
        let (result, overflow) = multipliedReportingOverflow(by: other)
        guard !overflow else { throw OperationError.overflow(of: "\(self) * \(other)", in: Self.self) }
        return result
    }

    @inlinable
    func quotient(by other: Self) throws -> Self {
        guard other != 0 else { throw OperationError.divisionByZero(of: "\(self) / \(other)") }
        let (result, overflow) = dividedReportingOverflow(by: other)
        guard !overflow else { throw OperationError.overflow(of: "\(self) / \(other)", in: Self.self) }
        return result
    }

    @inlinable
    func remainder(by other: Self) throws -> Self {
        guard other != 0 else { throw OperationError.divisionByZero(of: "\(self) % \(other)") }
        let (result, overflow) = remainderReportingOverflow(dividingBy: other)
        guard !overflow else { throw OperationError.overflow(of: "\(self) % \(other)", in: Self.self) }
        return result
    }

    @inlinable
    func negated() throws -> Self {
        let (result, overflow) = Self.zero.subtractingReportingOverflow(self)
        guard !overflow else { throw OperationError.overflow(of: "-(\(self))", in: Self.self) }
        return result
    }

    /// By repeated squaring.
    @inlinable
    func power(_ exponent: Int) throws -> Self {
        guard exponent >= 0 else {
            throw OperationError(.invalidArgument, "a whole number cannot be raised to \(exponent)")
        }
        var result: Self = 1
        var square = self
        var rest = exponent
        while rest > 0 {
            if rest & 1 == 1 {
                let (product, overflow) = result.multipliedReportingOverflow(by: square)
                guard !overflow else {
                    throw OperationError.overflow(of: "\(self) to the power of \(exponent)", in: Self.self)
                }
                result = product
            }
            rest >>= 1
            // The last square is not needed and may well not fit.
            guard rest > 0 else { break }
            let (product, overflow) = square.multipliedReportingOverflow(by: square)
            guard !overflow else {
                throw OperationError.overflow(of: "\(self) to the power of \(exponent)", in: Self.self)
            }
            square = product
        }
        return result
    }
}

extension FloatingPoint {
    /// By repeated squaring; a negative exponent gives the inverse.
    @inlinable
    func power(_ exponent: Int) -> Self {
        var result: Self = 1
        var square = self
        var rest = exponent.magnitude
        while rest > 0 {
            if rest & 1 == 1 { result *= square }
            square *= square
            rest >>= 1
        }
        return exponent < 0 ? 1 / result : result
    }
}

extension OperationError {
    @usableFromInline
    static func overflow<Number>(of expression: @autoclosure () -> String, in type: Number.Type) -> OperationError {
        OperationError(.overflow, "\(expression()) does not fit in \(type)")
    }

    @usableFromInline
    static func divisionByZero(of expression: @autoclosure () -> String) -> OperationError {
        OperationError(.divisionByZero, "\(expression()): a whole number cannot be divided by zero")
    }
}
