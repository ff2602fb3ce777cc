using Archer.Policy.Tensors;
using Archer.Silo.Composition;

namespace Archer.Silo;

/// <summary>
/// The one program of the platform. Without a word it is what <c>Archer:Roles</c> says, by default everything; <c>policy</c> and <c>trainer</c> as the first
/// word make it that role alone, with the role's own command line behind it.
/// </summary>
internal static class Program
{
    private const int BadConfiguration = 2;

    private static Task<int> Main(string[] args)
    {
        NativeHeap.Configure();
        return args switch
        {
            ["policy", .. var rest] => Archer.Policy.Program.Main(rest),
            ["trainer", .. var rest] => Archer.Trainer.Program.Main(rest),
            ["silo", .. var rest] => RunAsync([$"--{SiloOptions.Section}:{nameof(SiloOptions.Roles)}=silo", .. rest]),
            _ => RunConfiguredAsync(args),
        };
    }

    private static Task<int> RunConfiguredAsync(string[] args) => SiloProcess.RolesOf(args) switch
    {
        SiloRoles.Policy => Archer.Policy.Program.Main(args),
        SiloRoles.Trainer => Archer.Trainer.Program.Main(["train", .. args]),
        _ => RunAsync(args),
    };

    private static async Task<int> RunAsync(string[] args)
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
