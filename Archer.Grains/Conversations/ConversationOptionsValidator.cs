using Microsoft.Extensions.Options;

namespace Archer.Grains.Conversations;

/// <summary>Lists every setting that is out of its range.</summary>
public sealed class ConversationOptionsValidator : IValidateOptions<ConversationOptions>
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, ConversationOptions options)
    {
        var problems = new (bool Wrong, string Text)[]
        {
            (IsNoPause(options.ResendAfter), $"ResendAfter is {options.ResendAfter}, expected more than zero and at most {Longest}"),
            (options.PublishInterval < TimeSpan.Zero || options.PublishInterval >= options.ResendAfter,
                $"PublishInterval is {options.PublishInterval}, expected zero or more and less than ResendAfter, which is {options.ResendAfter}"),
            (IsNoPause(options.WatchPeriod), $"WatchPeriod is {options.WatchPeriod}, expected more than zero and at most {Longest}"),
            (options.WatchConcurrency < 1, $"WatchConcurrency is {options.WatchConcurrency}, expected 1 or more"),
            (IsNoPause(options.StorageRetryAfter), $"StorageRetryAfter is {options.StorageRetryAfter}, expected more than zero and at most {Longest}"),
            (options.WriterCapacity < 1, $"WriterCapacity is {options.WriterCapacity}, expected 1 or more"),
        };
        var found = problems.Where(problem => problem.Wrong).Select(problem => $"Archer:Conversations: {problem.Text}.").ToList();
        return found.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(found);
    }

    private static bool IsNoPause(TimeSpan time) => time <= TimeSpan.Zero || time > Longest;
}
