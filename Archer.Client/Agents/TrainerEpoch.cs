namespace Archer.Client.Agents;

/// <summary>
/// A trainer starts. Body of <c>POST /v1/agents/{name}/trainers</c>: from here on this trainer alone has a say about the agent, and
/// every earlier one is refused with 409.
/// </summary>
[GenerateSerializer, Immutable, Alias("archer.start-trainer")]
public sealed record StartTrainer
{
    /// <summary>Names one run of the trainer. Sent again, it gets the same epoch for as long as no other trainer has started.</summary>
    [Id(0)]
    public required string Run { get; init; }

    /// <summary>Largest epoch found on the trainer's volumes: the agent gives a greater one, even if its own state was lost. Default 0.</summary>
    [Id(1)]
    public long SeenEpoch { get; init; }

    /// <summary>
    /// Epoch that this process held before, when it begins again after a failure: refused if a later trainer has started since. Null takes over.
    /// </summary>
    [Id(2)]
    public long? HeldEpoch { get; init; }
}

/// <summary>A trainer's fencing epoch. Answer of <c>POST /v1/agents/{name}/trainers</c>.</summary>
[GenerateSerializer, Immutable, Alias("archer.trainer-epoch")]
public sealed record TrainerEpoch
{
    /// <summary>Greater than that of every earlier trainer; each report, announcement and checkpoint of this trainer carries it.</summary>
    [Id(0)]
    public required long Epoch { get; init; }

    /// <summary>Announced version with the greatest number: this trainer's names begin after it. Null when there is none.</summary>
    [Id(1)]
    public string? LastVersion { get; init; }
}
