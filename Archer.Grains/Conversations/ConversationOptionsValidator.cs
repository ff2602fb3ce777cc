using Microsoft.Extensions.Options;

namespace Archer.Grains.Conversations;

/// <summary>Lists every setting that is out of its range.</summary>
public sealed class ConversationOptionsValidator : IValidateOptions<ConversationOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, ConversationOptions options)
    {
        var problems = new (bool Wrong, string Text)[]
        {
            (options.ResendAfter <= TimeSpan.Zero, $"ResendAfter is {options.ResendAfter}, expected more than zero"),
            (options.WatchPeriod <= TimeSpan.Zero, $"WatchPeriod is {options.WatchPeriod}, expected more than zero"),
            (options.WatchConcurrency < 1, $"WatchConcurrency is {options.WatchConcurrency}, expected 1 or more"),
            (options.StorageRetryAfter <= TimeSpan.Zero, $"StorageRetryAfter is {options.StorageRetryAfter}, expected more than zero"),
            (options.WriterCapacity < 1, $"WriterCapacity is {options.WriterCapacity}, expected 1 or more"),
        };
        var found = problems.Where(problem => problem.Wrong).Select(problem => $"Archer:Conversations: {problem.Text}.").ToList();
        return found.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(found);
    }
}
