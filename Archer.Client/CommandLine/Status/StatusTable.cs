using Archer.Client.Agents;

namespace Archer.Client.CommandLine.Status;

/// <summary>Numbers of agents in a table.</summary>
internal static class StatusTable
{
    public static Columns Of(IEnumerable<AgentMetrics> agents)
    {
        var table = new Columns(
            "agent", "serves", "#conversations", "#mean return", "#turns/s", "#replay rows", "#critic loss", "#actor loss", "#learner step", "#lag", "#waiting");
        foreach (var agent in agents)
        {
            table.Add(
                agent.Agent,
                agent.PolicyVersion,
                Shown.Count(agent.Conversations),
                Shown.Number(agent.MeanReturnLast200),
                Shown.Number(agent.TurnsPerSecond, "0"),
                Shown.Count(agent.ReplayRows),
                Shown.Loss(agent.CriticLoss),
                Shown.Loss(agent.ActorLoss),
                Shown.Count(agent.LearnerStep),
                Shown.Count(agent.LearnerLag),
                Shown.Count(agent.Waiting));
        }
        return table;
    }
}
