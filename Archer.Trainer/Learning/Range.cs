namespace Archer.Trainer.Learning;

/// <summary>Problems of option values, in words; empty when there is none. NaN is always a problem.</summary>
internal static class Range
{
    public static IEnumerable<string> Share(float value, string name) =>
        value is >= 0 and <= 1 ? [] : [$"{name} is {value}, expected a number from 0 to 1"];

    public static IEnumerable<string> Positive(float value, string name) =>
        value > 0 && float.IsFinite(value) ? [] : [$"{name} is {value}, expected a number greater than 0"];

    public static IEnumerable<string> NotNegative(float value, string name) =>
        value >= 0 && float.IsFinite(value) ? [] : [$"{name} is {value}, expected 0 or a greater number"];
}
