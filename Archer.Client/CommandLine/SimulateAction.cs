using System.Text.Json;
using Archer.Client.Http;
using Archer.Client.Simulation;

namespace Archer.Client.CommandLine;

/// <summary>One run of <c>simulate</c> with its options read.</summary>
internal sealed class SimulateAction
{
    private const int Failure = 1;
    private const int Interrupted = 130;

    public required ArcherClientOptions Client { get; init; }
    public required SimulationOptions Simulation { get; init; }
    public required bool Json { get; init; }
    public required TextWriter Output { get; init; }
    public required TextWriter Messages { get; init; }
    public TimeProvider Time { get; init; } = TimeProvider.System;
    public HttpMessageHandler? Handler { get; init; }

    /// <summary>Plays, and returns the exit code: 0, 1 after an error, 130 when interrupted.</summary>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            Check();
            await CheckAgentAsync(cancellationToken).ConfigureAwait(false);
            return await PlayAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (ArcherException failure)
        {
            await Messages.WriteLineAsync($"simulate: {failure.Message} {Advice(failure)}".TrimEnd()).ConfigureAwait(false);
            return Failure;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return Interrupted;
        }
    }

    private void Check()
    {
        var problems = Client.Problems().Concat(Simulation.Problems()).ToList();
        if (problems.Count != 0)
            throw new SimulationException(string.Join(" ", problems));
    }

    // Says at once what a long run would say only after its patience: no silo, no agent.
    private async Task CheckAgentAsync(CancellationToken cancellationToken)
    {
        using var client = new ArcherClient(Client with { RetryFor = TimeSpan.Zero }, Time, Handler);
        var agents = await client.ReadAgentsAsync(cancellationToken).ConfigureAwait(false);
        if (agents.Agents.Any(agent => agent.Name == Simulation.Agent))
            return;
        var names = agents.Agents.IsEmpty ? "none" : string.Join(", ", agents.Agents.Select(agent => agent.Name));
        throw new SimulationException($"The silo at {client.Address} has no agent '{Simulation.Agent}' (its agents: {names}).");
    }

    private async Task<int> PlayAsync(CancellationToken cancellationToken)
    {
        using var client = new ArcherClient(Client, Time, Handler);
        var users = new SimulatedUsers(client, Simulation, Time);
        SimulationResult result;
        await using (new SimulationProgress(users, Simulation, Messages, Time).ConfigureAwait(false))
            result = await users.RunAsync(cancellationToken).ConfigureAwait(false);
        await Output.WriteLineAsync(Json
            ? JsonSerializer.Serialize(result.Summary, SimulationJson.Default.SimulationSummary)
            : SimulationReport.Of(Simulation, result.Summary)).ConfigureAwait(false);
        return result.Cancelled ? Interrupted : 0;
    }

    private string Advice(ArcherException failure) => failure switch
    {
        ArcherUnreachableException => $"Start a silo (dotnet run --project Archer.Silo -c Release) or give its address with --url.",
        ArcherApiException { ProblemType: ProblemTypes.Unauthorized } => "Give a bearer key with --key or in ARCHER_KEY.",
        ArcherApiException { ProblemType: ProblemTypes.Conflict } => "Give another --run or another --seed.",
        ArcherApiException { ProblemType: ProblemTypes.LearnerLags } => "The learner has stopped or is too slow: look at its log, or play with --evaluation.",
        SimulationException when Simulation.Episodes is not null => "See simulate --help.",
        _ => "",
    };
}
