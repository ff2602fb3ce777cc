using Microsoft.Extensions.Configuration;

namespace Archer.Trainer;

/// <summary>
/// Reads the section <c>Archer:Trainer</c>: settings that hold for every agent, the names of the agents that learn, and under
/// <c>Agents:{name}</c> what differs for one of them, by the same keys.
/// </summary>
public static class TrainerSection
{
    /// <summary>Name of the section below, of what differs for one agent.</summary>
    public const string Agents = "Agents";

    /// <summary>One set of settings for each agent that learns here; none when training is switched off.</summary>
    /// <param name="section">The section.</param>
    /// <param name="data">Data directory of the process.</param>
    /// <param name="agents">Agents that learn when the section names none.</param>
    public static IReadOnlyList<TrainerOptions> Read(IConfigurationSection section, string data, IEnumerable<string> agents)
    {
        string[] differing = [.. section.GetSection(Agents).GetChildren().Select(agent => agent.Key)];
        var learning = section[nameof(TrainerOptions.Agent)] is { } names
            ? names.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).DefaultIfEmpty("")
            : differing.Length > 0 ? differing : agents;
        return [.. learning.Distinct(StringComparer.Ordinal).Select(Of).Where(options => options.Enabled)];

        TrainerOptions Of(string agent)
        {
            var options = section.Get<TrainerOptions>() ?? new TrainerOptions();
            section.GetSection(Agents).GetSection(agent).Bind(options);
            return options with { Agent = agent, PoliciesDirectory = Path.Combine(data, "policies"), StateDirectory = Path.Combine(data, "trainer") };
        }
    }

    /// <summary>Every problem of the settings, in words that name the section, and the agent where several learn.</summary>
    public static IEnumerable<string> Problems(IReadOnlyList<TrainerOptions> trainers) =>
        from options in trainers
        from problem in options.Problems()
        select trainers.Count == 1 ? $"{TrainerOptions.Section}: {problem}." : $"{TrainerOptions.Section}: agent {options.Agent}: {problem}.";
}
