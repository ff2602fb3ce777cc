using System.Text.Json;
using Archer.Client.Agents;
using Archer.Client.Http;

namespace Archer.Client.CommandLine.Versions;

/// <summary>What serves after a change, in words or as JSON.</summary>
internal static class ServingLine
{
    public static string Of(AgentView agent, bool json)
    {
        if (json)
        {
            return JsonSerializer.Serialize(agent, ArcherJson.Default.AgentView);
        }

        var canary = agent.Candidate is null ? "" : $", {agent.Candidate} as a canary for {Shown.Number(100 * agent.CanaryShare, "0.##")} % of the conversations";
        var before = agent.Previous is null ? "" : $" (before: {agent.Previous})";
        var fallback = agent.Fallback is { } left ? $" Nobody chose it: at {Shown.Time(left.At)} {left.From} could not serve any more. {Shown.Line(left.Reason)}" : "";
        return $"{agent.Name} serves {agent.Current}{before}{canary}.{fallback}";
    }
}
