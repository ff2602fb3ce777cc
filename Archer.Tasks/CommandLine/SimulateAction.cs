using System.Text.Json;
using Archer.Client;
using Archer.Client.CommandLine;
using Archer.Client.Http;
using Archer.Tasks.Simulation;

namespace Archer.Tasks.CommandLine;

/// <summary>One run of <c>simulate</c> with its options read.</summary>
internal sealed class SimulateAction
{
    public required ArcherClientOptions Client { get; init; }

    public required SimulationOptions Simulation { get; init; }

    public required bool Json { get; init; }

    public required Terminal Terminal { get; init; }

    /// <summary>Plays, and returns the exit code.</summary>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var problems = Simulation.Problems().ToList();
        if (problems.Count != 0)
        {
            throw new UsageException(problems);
        }
        // Says at once what a long run would say only after its patience: no silo, no agent.
        using (var hasty = new ArcherClient(Client with { RetryFor = TimeSpan.Zero }, Terminal.Time, Terminal.Handler))
        {
            await AgentOption.ResolveAsync(hasty, Simulation.Agent, cancellationToken).ConfigureAwait(false);
        }

        return await PlayAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task<int> PlayAsync(CancellationToken cancellationToken)
    {
        using var client = new ArcherClient(Client, Terminal.Time, Terminal.Handler);
        var users = new SimulatedUsers(client, Simulation, Terminal.Time);
        SimulationResult result;
        await using (new SimulationProgress(() => users.Summary, Simulation.Episodes, Terminal).ConfigureAwait(false))
        {
            result = await PlayAsync(users, cancellationToken).ConfigureAwait(false);
        }

        await Terminal.Output.WriteLineAsync(Json
            ? JsonSerializer.Serialize(result.Summary, SimulationJson.Default.SimulationSummary)
            : SimulationReport.Of(Simulation, result.Summary)).ConfigureAwait(false);
        return result.Cancelled ? ExitCodes.Interrupted : ExitCodes.Success;
    }

    private static async Task<SimulationResult> PlayAsync(SimulatedUsers users, CancellationToken cancellationToken)
    {
        try
        {
            return await users.RunAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (ArcherApiException refusal) when (refusal.ProblemType == ProblemTypes.Conflict)
        {
            throw new CommandException($"{refusal.Message} Give another --run or another --seed.", refusal);
        }
    }
}
