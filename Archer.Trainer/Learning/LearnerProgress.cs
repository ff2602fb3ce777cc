using System.Text.Json.Serialization;

namespace Archer.Trainer.Learning;

/// <summary>Where a learner is, apart from its weights: with these and the replay log it goes on bit for bit.</summary>
public sealed record LearnerProgress
{
    /// <summary>Iterations done.</summary>
    public required long Step { get; init; }

    /// <summary>Fresh episodes consumed.</summary>
    public required long EpisodesConsumed { get; init; }

    /// <summary>State of the generator.</summary>
    public required ulong RandomState { get; init; }

    /// <summary>Steps of the actor's optimiser.</summary>
    public required long ActorSteps { get; init; }

    /// <summary>Steps of the critic's optimiser.</summary>
    public required long CriticSteps { get; init; }

    /// <summary>Rows inserted, for the limiter.</summary>
    public required long RowsInserted { get; init; }

    /// <summary>Rows drawn, for the limiter.</summary>
    public required long RowsSampled { get; init; }

    /// <summary>Replay position up to which the log had been taken in.</summary>
    public required long Position { get; init; }

    /// <summary>Policy version that was published last; null before the first.</summary>
    public string? PublishedVersion { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true, NewLine = "\n")]
[JsonSerializable(typeof(LearnerProgress))]
internal sealed partial class LearnerProgressJson : JsonSerializerContext;
