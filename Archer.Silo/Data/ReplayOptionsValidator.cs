using Archer.Replay;
using Microsoft.Extensions.Options;

namespace Archer.Silo.Data;

/// <summary>Lists every problem with the replay buffer's settings.</summary>
internal sealed class ReplayOptionsValidator : IValidateOptions<ReplayOptions>
{
    public ValidateOptionsResult Validate(string? name, ReplayOptions options) => options.Problems() is { Count: > 0 } problems
        ? ValidateOptionsResult.Fail(problems.Select(problem => $"{ReplayOptions.Section}: {problem}"))
        : ValidateOptionsResult.Success;
}
