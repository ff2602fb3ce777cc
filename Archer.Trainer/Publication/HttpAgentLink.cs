using Archer.Client;
using Archer.Client.Agents;
using Archer.Client.Http;

namespace Archer.Trainer.Publication;

/// <summary>The silo's HTTP API.</summary>
/// <param name="client">The silo's client, which sends again what may be sent again.</param>
/// <param name="agent">The agent's name.</param>
public sealed class HttpAgentLink(ArcherClient client, string agent) : IAgentLink
{
    private static readonly TimeSpan DefaultPause = TimeSpan.FromSeconds(2);

    /// <inheritdoc/>
    public Task<TrainerEpoch> StartAsync(StartTrainer start, CancellationToken cancellationToken) =>
        FencedAsync(client.StartTrainerAsync(agent, start, cancellationToken));

    /// <inheritdoc/>
    public Task<AgentView> ReadAsync(CancellationToken cancellationToken) => client.ReadAgentAsync(agent, cancellationToken);

    /// <inheritdoc/>
    public Task AnnounceAsync(AnnounceVersion version, CancellationToken cancellationToken) =>
        FencedAsync(client.AnnounceAsync(agent, version, cancellationToken));

    /// <inheritdoc/>
    public Task ReportAsync(LearnerReport report, CancellationToken cancellationToken) =>
        FencedAsync(client.ReportLearnerAsync(agent, report, cancellationToken));

    private static async Task<T> FencedAsync<T>(Task<T> call)
    {
        try
        {
            return await call;
        }
        catch (ArcherApiException refusal) when (refusal.ProblemType == ProblemTypes.TrainerSuperseded)
        {
            throw new TrainerSupersededException(refusal.Message, refusal);
        }
        catch (ArcherApiException refusal) when (refusal.ProblemType == ProblemTypes.InvalidRequest)
        {
            throw new InvalidRequestException(refusal.Message);
        }
        catch (ArcherApiException refusal) when (refusal.ProblemType == ProblemTypes.VersionNotVisible)
        {
            throw new VersionNotVisibleException(refusal.Message, refusal.RetryAfter ?? DefaultPause, refusal);
        }
    }
}
