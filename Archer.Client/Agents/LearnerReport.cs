using System.Collections.Immutable;

namespace Archer.Client.Agents;

/// <summary>
/// The learner tells how far it is. Body of <c>POST /v1/agents/{name}/learner</c>, sent once when it starts and after every iteration,
/// after the iteration's version has been announced: simulated conversations wait for it.
/// </summary>
[GenerateSerializer, Immutable, Alias("archer.learner-report")]
public sealed record LearnerReport
{
    /// <summary>Names one run of the learner process; a new name starts counting from <see cref="EpisodesConsumed"/>.</summary>
    [Id(0)]
    public required string Run { get; init; }

    /// <summary>Learner iterations done, over all runs.</summary>
    [Id(1)]
    public required long Step { get; init; }

    /// <summary>Training episodes taken from the replay buffer, over all runs: each counts once, when its last row has been read.</summary>
    [Id(2)]
    public required long EpisodesConsumed { get; init; }

    /// <summary>Training conversations that may have started and not yet been consumed before simulated starts wait; null means no bound.</summary>
    [Id(3)]
    public int? MaximumLag { get; init; }

    /// <summary>Replay position read up to.</summary>
    [Id(4)]
    public long Position { get; init; }

    /// <summary>Mean critic loss of the last iteration; null before the first.</summary>
    [Id(5)]
    public double? CriticLoss { get; init; }

    /// <summary>Mean actor loss of the last iteration; null before the first.</summary>
    [Id(6)]
    public double? ActorLoss { get; init; }

    /// <summary>Samples drawn per row inserted so far; null when unknown.</summary>
    [Id(7)]
    public double? SamplesPerInsert { get; init; }

    /// <summary>Seconds for which the report counts; without another one simulated conversations stop waiting. Default 300.</summary>
    [Id(8)]
    public int LeaseSeconds { get; init; } = 300;

    /// <summary>γ per turn, in [0, 1]; null when the learner does not say.</summary>
    [Id(9)]
    public double? Discount { get; init; }

    /// <summary>λ of the generalised advantages, in [0, 1]; null when the learner does not say.</summary>
    [Id(10)]
    public double? AdvantageLambda { get; init; }

    /// <summary>Conversations that the last iteration drew for updates of the critic, at most the newest 1,000. Default none.</summary>
    [Id(11)]
    public ImmutableArray<ReplayedConversation> Replayed { get; init; } = [];

    /// <summary>Epoch that the agent gave this trainer (<see cref="TrainerEpoch"/>). Default 0, which holds until a trainer has started.</summary>
    [Id(12)]
    public long Epoch { get; init; }
}

/// <summary>A conversation that the learner has replayed.</summary>
/// <param name="Conversation">Its id.</param>
/// <param name="Times">How often, at least 1.</param>
[GenerateSerializer, Immutable, Alias("archer.replayed-conversation")]
public readonly record struct ReplayedConversation(
    [property: Id(0)] string Conversation,
    [property: Id(1)] int Times);

/// <summary>Answer to a learner report.</summary>
[GenerateSerializer, Immutable, Alias("archer.learner-receipt")]
public sealed record LearnerReceipt
{
    /// <summary>Training conversations started and not yet consumed.</summary>
    [Id(0)]
    public required long Lag { get; init; }

    /// <summary>Simulated starts that wait.</summary>
    [Id(1)]
    public required int Waiting { get; init; }
}
