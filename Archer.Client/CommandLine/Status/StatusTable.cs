using Archer.Client.Agents;

namespace Archer.Client.CommandLine.Status;

/// <summary>Numbers of agents in a table.</summary>
internal static class StatusTable
{
    private static readonly (string Name, Func<AgentMetrics, string> Of)[] Numbers =
    [
        ("conversations", agent => Shown.Count(agent.Conversations)),
        ("mean return", agent => Shown.Number(agent.MeanReturnLast200)),
        ("turns/s", agent => Shown.Number(agent.TurnsPerSecond, "0")),
        ("replay rows", agent => Shown.Count(agent.ReplayRows)),
        ("critic loss", agent => Shown.Loss(agent.CriticLoss)),
        ("actor loss", agent => Shown.Loss(agent.ActorLoss)),
        ("learner step", agent => Shown.Count(agent.LearnerStep)),
        ("lag", agent => Shown.Count(agent.LearnerLag)),
        ("waiting", agent => Shown.Count(agent.Waiting)),
    ];

    /// <summary>A line for each agent, for what reads lines.</summary>
    public static Columns Lines(IEnumerable<AgentMetrics> agents)
    {
        var table = new Columns(["agent", "serves", .. Numbers.Select(number => "#" + number.Name)]);
        foreach (var agent in agents)
        {
            table.Add([agent.Agent, Serves(agent), .. Numbers.Select(number => number.Of(agent))]);
        }

        return table;
    }

    /// <summary>A column for each agent, for a person's screen.</summary>
    public static Columns Screen(IReadOnlyList<AgentMetrics> agents)
    {
        var table = new Columns(["agent", .. agents.Select(agent => "#" + agent.Agent)]);
        table.Add(["serves", .. agents.Select(Serves)]);
        foreach (var (name, of) in Numbers)
        {
            table.Add([name, .. agents.Select(of)]);
        }

        return table;
    }

    private static string Serves(AgentMetrics agent) => agent.FallbackFrom is { } left ? $"{agent.PolicyVersion} (for {left})" : agent.PolicyVersion;
}
