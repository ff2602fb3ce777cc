using Microsoft.Extensions.Options;

namespace Archer.Grains.Retention;

/// <summary>Lists every setting that is out of its range.</summary>
public sealed class RetentionOptionsValidator : IValidateOptions<RetentionOptions>
{
    private static readonly TimeSpan MaxAge = TimeSpan.FromDays(36_500);
    private static readonly TimeSpan MaxPeriod = TimeSpan.FromDays(1);

    /// <summary>An erasure that a crash interrupted must find the answers of the conversations that it had erased.</summary>
    private static readonly TimeSpan MinErased = TimeSpan.FromHours(1);

    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, RetentionOptions options)
    {
        var problems = new (bool Wrong, string Text)[]
        {
            (IsOutside(options.Simulated, TimeSpan.Zero), $"Simulated is {options.Simulated}, expected zero to {MaxAge}, or nothing to keep for ever"),
            (IsOutside(options.Real, TimeSpan.Zero), $"Real is {options.Real}, expected zero to {MaxAge}, or nothing to keep for ever"),
            (IsOutside(options.Erased, MinErased), $"Erased is {options.Erased}, expected {MinErased} to {MaxAge}, or nothing to keep for ever"),
            (options.Period <= TimeSpan.Zero || options.Period > MaxPeriod, $"Period is {options.Period}, expected more than zero and at most {MaxPeriod}"),
            (options.MaxPerPass < 1, $"MaxPerPass is {options.MaxPerPass}, expected 1 or more"),
        };
        var found = problems.Where(problem => problem.Wrong).Select(problem => $"{RetentionOptions.Section}: {problem.Text}.").ToList();
        return found.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(found);
    }

    private static bool IsOutside(TimeSpan? age, TimeSpan least) => age is { } value && (value < least || value > MaxAge);
}
