namespace Archer.Trainer.Learning;

/// <summary>Numbers that must be finite.</summary>
internal static class Finite
{
    /// <summary>The number itself.</summary>
    /// <exception cref="ArithmeticException">It is NaN or infinite.</exception>
    public static float Require(float value, string what) =>
        float.IsFinite(value) ? value : throw new ArithmeticException($"{what} is {value}, expected a finite number.");
}
