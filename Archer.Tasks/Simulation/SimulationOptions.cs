using System.Globalization;
using Archer.Client.Conversations;

namespace Archer.Tasks.Simulation;

/// <summary>Who plays what, how often, and against which policy.</summary>
public sealed record SimulationOptions
{
    /// <summary>Name of the task to play. Default: the first of <see cref="TaskCatalog.Names"/>.</summary>
    public string Task { get; init; } = TaskCatalog.Default.Name;

    /// <summary>The agent that is talked to. Default: the one that has the default task's name.</summary>
    public string Agent { get; init; } = TaskCatalog.Default.Name;

    /// <summary>Users that play at the same time, at least 1. Default 16.</summary>
    public int Users { get; init; } = 16;

    /// <summary>Episodes to play; null plays until cancelled. Default null.</summary>
    public long? Episodes { get; init; }

    /// <summary>Number of the first episode. Default 0.</summary>
    public long FirstEpisode { get; init; }

    /// <summary>Episode i's hidden item and answer noise derive from this and i. Default 0.</summary>
    public ulong Seed { get; init; }

    /// <summary>
    /// First part of the conversations' ids, <c>{run}-{seed}-{episode}</c>. The agent's sampling depends on the id: another run with the same
    /// seed has the same hidden items and other luck. Default sim.
    /// </summary>
    public string Run { get; init; } = "sim";

    /// <summary>Share of wrong answers, 0 to the task's <see cref="ITask.MaxNoise"/>. Default 0.</summary>
    public double Noise { get; init; }

    /// <summary>Sampling settings that differ from the agent's; temperature 0 is greedy. Default none.</summary>
    public SamplingOverrides? Sampling { get; init; }

    /// <summary>Hold-out keeps the conversations out of learning (evaluation); null leaves the choice to the agent. Default null.</summary>
    public ReplaySplit? Split { get; init; }

    /// <summary>Policy version that answers every turn; null takes the one that serves. Default null.</summary>
    public string? PolicyVersion { get; init; }

    /// <summary>
    /// Conversations that are there already are gone on with, or skipped when they have ended, beginning near the newest. Default false: they are an
    /// error, as their games would not be fresh.
    /// </summary>
    public bool Resume { get; init; }

    /// <summary>A failed episode is given up and the next one begins. Default false: the first failure ends the simulation.</summary>
    public bool ContinueOnError { get; init; }

    /// <summary>The id of the conversation that plays <paramref name="episode"/>.</summary>
    public string ConversationId(long episode) => $"{Run}-{Seed}-{episode}";

    /// <summary>The episode that a conversation plays; null for one of another run.</summary>
    public long? EpisodeOf(string conversation)
    {
        var start = $"{Run}-{Seed}-";
        return conversation.StartsWith(start, StringComparison.Ordinal)
            && long.TryParse(conversation.AsSpan(start.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var episode)
            ? episode
            : null;
    }

    /// <summary>Every problem with the options, one sentence each.</summary>
    public IEnumerable<string> Problems()
    {
        if (Agent.Length == 0)
        {
            yield return "The agent's name is empty.";
        }

        if (Users < 1)
        {
            yield return $"There are {Users} users, expected at least 1.";
        }

        if (Episodes is < 1)
        {
            yield return $"There are {Episodes} episodes to play, expected at least 1.";
        }

        if (FirstEpisode < 0)
        {
            yield return $"The first episode is {FirstEpisode}, expected 0 or more.";
        }

        if (Run.Length is 0 or > 64 || !Run.All(character => char.IsAsciiLetterOrDigit(character) || character is '.' or '_' or '-'))
        {
            yield return $"The run is named '{Run}', expected 1 to 64 of the characters A-Z a-z 0-9 . _ -";
        }

        if (!TaskCatalog.TryFind(Task, out var task))
        {
            yield return $"The task is '{Task}', expected one of: {string.Join(", ", TaskCatalog.Names)}.";
        }
        else if (!(Noise >= 0 && Noise <= task.MaxNoise))
        {
            yield return $"The noise is {Noise}, expected 0 to {task.MaxNoise}.";
        }

        if (Sampling?.Temperature is { } temperature && temperature is not (>= 0 and <= 10))
        {
            yield return $"The temperature is {temperature}, expected 0 to 10.";
        }
    }
}
