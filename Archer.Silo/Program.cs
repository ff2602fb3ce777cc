using Archer.Silo.Composition;

namespace Archer.Silo;

internal static class Program
{
    private const int BadConfiguration = 2;

    private static async Task<int> Main(string[] args)
    {
        try
        {
            await using var app = SiloProcess.Build(args);
            await app.RunAsync();
            return 0;
        }
        catch (Exception exception) when (StartupProblems.Of(exception) is { } problems)
        {
            await Console.Error.WriteLineAsync($"The silo cannot start: {problems.Count} problem(s).");
            foreach (var problem in problems)
            {
                await Console.Error.WriteLineAsync($"  {problem}");
            }

            return BadConfiguration;
        }
    }
}
