using Archer.Policy.Serving.Role;
using Microsoft.Extensions.Options;

namespace Archer.Policy;

/// <summary>The role <c>policy</c> as a process of its own.</summary>
internal static class Program
{
    private const int BadConfiguration = 2;

    internal static async Task<int> Main(string[] args)
    {
        try
        {
            await using var app = PolicyProcess.Build(args);
            await app.RunAsync();
            return 0;
        }
        catch (Exception exception) when (Problems(exception) is { Count: > 0 } problems)
        {
            await Console.Error.WriteLineAsync($"The policy server cannot start: {problems.Count} problem(s).");
            foreach (var problem in problems)
            {
                await Console.Error.WriteLineAsync($"  {problem}");
            }

            return BadConfiguration;
        }
    }

    /// <summary>What is wrong with the settings; empty when it is something else.</summary>
    internal static IReadOnlyList<string> Problems(Exception exception) => exception switch
    {
        OptionsValidationException settings => [.. settings.Failures],
        AggregateException several when several.InnerExceptions.All(inner => inner is OptionsValidationException) =>
            [.. several.InnerExceptions.SelectMany(Problems)],
        _ => [],
    };
}
