using System.Text.RegularExpressions;
using Archer.Client.Agents;
using Archer.Client.Policies;
using static System.FormattableString;

namespace Archer.Grains.Agents;

/// <summary>What an agent's configuration and version names must look like.</summary>
public static partial class AgentRules
{
    /// <summary>Largest reward, up or down, that an agent's settings may allow.</summary>
    public const float WidestReward = 1e6f;

    /// <summary>Largest number of turns that an agent's settings may allow.</summary>
    public const int LargestTurnLimit = 10_000;

    /// <summary>Every problem of a definition, each naming the agent and the setting.</summary>
    public static IEnumerable<string> Validate(AgentDefinition agent)
    {
        var problems = new (bool Wrong, string Text)[]
        {
            (!AgentName().IsMatch(agent.Name), "Name must be 1 to 64 lower-case letters, digits or hyphens"),
            (!PolicyVersionName.TryParse(agent.InitialVersion, out _), $"InitialVersion is \"{agent.InitialVersion}\", expected v and a number of six digits, such as v000000"),
            (agent.TurnLimit is < 1 or > LargestTurnLimit, $"TurnLimit is {agent.TurnLimit}, expected 1 to 10,000"),
            (agent.IdleTimeoutSeconds is < 1 or > 31_536_000, $"IdleTimeoutSeconds is {agent.IdleTimeoutSeconds}, expected 1 to 31,536,000"),
            (agent.HoldOutShare is not (>= 0 and <= 1), $"HoldOutShare is {agent.HoldOutShare}, expected 0 to 1"),
            (!IsReward(agent.MinimumReward), Invariant($"MinimumReward is {agent.MinimumReward}, expected {-WidestReward} to {WidestReward}")),
            (!IsReward(agent.MaximumReward), Invariant($"MaximumReward is {agent.MaximumReward}, expected {-WidestReward} to {WidestReward}")),
            (agent.MinimumReward >= agent.MaximumReward,
                Invariant($"MinimumReward is {agent.MinimumReward}, expected less than MaximumReward, which is {agent.MaximumReward}")),
            (!(agent.DefaultReward >= agent.MinimumReward && agent.DefaultReward <= agent.MaximumReward),
                Invariant($"DefaultReward is {agent.DefaultReward}, expected MinimumReward to MaximumReward, which are {agent.MinimumReward} and {agent.MaximumReward}")),
            (agent.Sampling.Temperature is not (>= 0 and <= 10), $"Sampling:Temperature is {agent.Sampling.Temperature}, expected 0 to 10"),
            (agent.Sampling.TopK < 0, $"Sampling:TopK is {agent.Sampling.TopK}, expected 0 or more"),
            (agent.Sampling.TopP is not (> 0 and <= 1), $"Sampling:TopP is {agent.Sampling.TopP}, expected more than 0 and at most 1"),
            (agent.Sampling.MaxTokens is < 1 or > 4096, $"Sampling:MaxTokens is {agent.Sampling.MaxTokens}, expected 1 to 4,096"),
        };
        return problems.Where(problem => problem.Wrong).Select(problem => $"agent {agent.Name}: {problem.Text}");
    }

    /// <summary>Largest reward of an agent, up or down.</summary>
    public static double LargestReward(this AgentDefinition agent) => Math.Max(Math.Abs(agent.MinimumReward), Math.Abs(agent.MaximumReward));

    /// <summary>Whether a conversation with the agent can have a return, whatever its turn limit was at its start.</summary>
    public static bool IsReturn(this AgentDefinition agent, double value) => Math.Abs(value) <= agent.LargestReward() * LargestTurnLimit;

    /// <summary>Whether a text can name a version, and so a directory.</summary>
    public static bool IsVersionName(string? text) => text is not null && VersionName().IsMatch(text);

    private static bool IsReward(float reward) => reward is >= -WidestReward and <= WidestReward;

    [GeneratedRegex("^[a-z0-9][a-z0-9-]{0,63}\\z")]
    private static partial Regex AgentName();

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9._-]{0,63}\\z")]
    private static partial Regex VersionName();
}
