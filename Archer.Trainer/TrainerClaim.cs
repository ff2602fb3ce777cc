using Archer.Client;
using Archer.Client.Agents;
using Archer.Policy.Checkpoints;
using Archer.Trainer.Publication;

namespace Archer.Trainer;

/// <summary>The right to train an agent: the agent and both directories know this trainer's epoch and refuse every earlier one.</summary>
internal sealed record TrainerClaim
{
    /// <summary>Names this run of the trainer.</summary>
    public required string Run { get; init; }

    /// <summary>Fencing epoch.</summary>
    public required long Epoch { get; init; }

    /// <summary>The agent's versions, claimed.</summary>
    public required CheckpointStore Policies { get; init; }

    /// <summary>The learner's own states, claimed.</summary>
    public required CheckpointStore States { get; init; }

    /// <summary>Takes over from every earlier trainer. The agent comes first: from there on nothing that an earlier one announces serves.</summary>
    /// <exception cref="TrainerSupersededException">A later trainer has started meanwhile.</exception>
    /// <exception cref="CheckpointException">A directory cannot be written, or another process writes right now.</exception>
    public static async Task<TrainerClaim> MakeAsync(
        TrainerOptions options, IAgentLink link, TrainerTenure tenure, TimeProvider time, CancellationToken cancellationToken)
    {
        var policies = new CheckpointStore(options.PoliciesDirectory, options.Agent, time);
        var states = new CheckpointStore(options.StateDirectory, options.Agent, time);
        var run = $"{Environment.ProcessId}-{time.GetUtcNow().UtcTicks}";
        var given = await link.StartAsync(
            new StartTrainer { Run = run, SeenEpoch = Math.Max(policies.LastEpoch, states.LastEpoch), HeldEpoch = tenure.Epoch }, cancellationToken);
        tenure.Epoch = given.Epoch;
        policies.Claim(given.Epoch, given.LastVersion);
        states.Claim(given.Epoch);
        return new TrainerClaim { Run = run, Epoch = given.Epoch, Policies = policies, States = states };
    }
}
