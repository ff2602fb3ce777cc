namespace Archer.Tasks.TwentyQuestions;

/// <summary>How the scripted player plays: its guesses always fit the answers; its questions and the moments of its guesses are random.</summary>
internal sealed record ScriptedPlayerOptions
{
    /// <summary>Games. Default 20,000.</summary>
    public int Games { get; init; } = 20_000;

    /// <summary>Seed of all games. Default 1.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Share of turns that are garbled: answered as invalid and not to be imitated, so that a policy knows how to go on after a slip. Default 0.05.</summary>
    public double GarbledShare { get; init; } = 0.05;

    /// <summary>Kinds of games: how often they occur, and from which range a game draws its probability of guessing at each turn.</summary>
    public IReadOnlyList<PlayerStyle> Styles { get; init; } =
    [
        new(0.5, 0.05, 0.12),
        new(0.3, 0.12, 0.30),
        new(0.2, 0.30, 0.90),
    ];
}

/// <summary>A kind of game.</summary>
/// <param name="Share">How often it occurs, relative to the others.</param>
/// <param name="MinGuessing">Smallest probability of guessing at a turn.</param>
/// <param name="MaxGuessing">Largest probability of guessing at a turn.</param>
internal sealed record PlayerStyle(double Share, double MinGuessing, double MaxGuessing);
