using System.CommandLine;
using System.Text.Json;
using Archer.Client.Agents;
using Archer.Client.Http;

namespace Archer.Client.CommandLine.Versions;

/// <summary>The command <c>versions list</c>.</summary>
internal static class VersionsListCommand
{
    private const int Usual = 20;

    public static Command Create(Terminal terminal)
    {
        var connection = new ConnectionOptions(terminal);
        var agent = AgentOption.New();
        var limit = NumberOption.Of("--limit", "Most versions shown, the newest.", Usual, 1, int.MaxValue);
        var json = new Option<bool>("--json") { Description = "Print one line of JSON for each version." };
        var command = new ArcherCommand("list", "Lists an agent's policy versions, newest first.") { Examples = ["archer versions list --limit 5"], Options = { agent, limit, json } };
        connection.AddTo(command);
        return command.Runs(terminal, async (arguments, cancellationToken) =>
        {
            using var client = connection.Open(arguments);
            var view = await AgentOption.ResolveAsync(client, arguments.GetValue(agent), cancellationToken).ConfigureAwait(false);
            var versions = view.Versions.Reverse().Take(arguments.GetValue(limit)).ToList();
            if (arguments.GetValue(json))
            {
                foreach (var version in versions)
                {
                    await terminal.Output.WriteLineAsync(JsonSerializer.Serialize(version, ArcherJson.Default.VersionView)).ConfigureAwait(false);
                }
            }
            else
            {
                Table(view, versions).WriteTo(terminal);
                var shown = versions.Count < view.Versions.Length ? $" {versions.Count} of {view.Versions.Length} announced versions; --limit shows more." : "";
                await terminal.Messages.WriteLineAsync(ServingLine.Of(view, json: false) + shown).ConfigureAwait(false);
            }
            return ExitCodes.Success;
        });
    }

    private static Columns Table(AgentView agent, IEnumerable<VersionView> versions)
    {
        var table = new Columns("version", "role", "#step", "#trained on rows", "announced");
        foreach (var version in versions)
        {
            table.Add(
                version.Version,
                Role(agent, version),
                Shown.Count(version.Step),
                version.LastPosition == 0 ? Shown.Text(null) : $"{version.FirstPosition}–{version.LastPosition}",
                Shown.Time(version.AnnouncedAt));
        }
        return table;
    }

    private static string Role(AgentView agent, VersionView version) =>
        version.Version == agent.Current ? "serves"
        : version.Version == agent.Candidate ? "canary"
        : version.Version == agent.Fallback?.From ? "refused"
        : version.Version == agent.Previous ? "before"
        : version.Servable == false ? "files gone"
        : "";
}
