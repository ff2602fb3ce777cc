namespace Archer.Grains.Retention;

/// <summary>
/// How long conversations are kept after their end. Section <c>Archer:Retention</c>. An age counts from the end; an empty value keeps for ever. A changed
/// age holds for what is stored already. Rows in the replay buffer follow the buffer's capacity instead.
/// </summary>
public sealed class RetentionOptions
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Archer:Retention";

    /// <summary>Age at which ended conversations of simulated users expire; empty: never. Default: 1 day.</summary>
    public TimeSpan? Simulated { get; set; } = TimeSpan.FromDays(1);

    /// <summary>Age at which ended conversations of real users expire; empty: never. Default: never.</summary>
    public TimeSpan? Real { get; set; }

    /// <summary>
    /// Time for which an erased conversation's answer is kept: a repeated erasure gets it again, and nobody else can use the id. Empty: for ever.
    /// Default: 30 days.
    /// </summary>
    public TimeSpan? Erased { get; set; } = TimeSpan.FromDays(30);

    /// <summary>Time between two looks for what has expired. Default: 1 minute.</summary>
    public TimeSpan Period { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Conversations that one look goes through at most; the next one goes on. Default: 20,000.</summary>
    public int MaxPerPass { get; set; } = 20_000;

    /// <summary>How long states of a kind are kept; null: for ever.</summary>
    public TimeSpan? AgeOf(RetentionKind kind) => kind switch
    {
        RetentionKind.Simulated => Simulated,
        RetentionKind.Real => Real,
        _ => Erased,
    };

    /// <summary>Whether something of a kind that ended at a time has expired.</summary>
    public bool HasExpired(RetentionKind kind, DateTimeOffset endedAt, DateTimeOffset now) => AgeOf(kind) is { } age && endedAt <= now - age;
}
