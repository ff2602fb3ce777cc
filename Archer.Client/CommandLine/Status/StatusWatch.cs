using System.Text.Json;
using Archer.Client.Agents;
using Archer.Client.Http;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Archer.Client.CommandLine.Status;

/// <summary>Looks at the agents' numbers once, or again and again until it is cancelled.</summary>
internal sealed class StatusWatch
{
    public required ArcherClient Client { get; init; }

    public required Terminal Terminal { get; init; }

    /// <summary>Null looks at all.</summary>
    public required string? Agent { get; init; }

    public required bool Json { get; init; }

    /// <summary>Null looks once.</summary>
    public required TimeSpan? Interval { get; init; }

    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        // The first look fails loudly; later ones wait for the silo to come back.
        var first = await LookAsync(cancellationToken).ConfigureAwait(false);
        if (Interval is not { } interval)
        {
            Print(first);
            return ExitCodes.Success;
        }
        await (Terminal.IsOutputInteractive && !Json ? DrawAsync(first, interval, cancellationToken) : PrintAsync(first, interval, cancellationToken)).ConfigureAwait(false);
        return ExitCodes.Success;
    }

    private Task DrawAsync(IReadOnlyList<AgentMetrics> first, TimeSpan interval, CancellationToken cancellationToken)
    {
        var last = first;
        return Terminal.Canvas().Live(Picture(first, "")).StartAsync(live => RepeatAsync(
            interval,
            (numbers, problem) => live.UpdateTarget(Picture(last = numbers ?? last, problem)),
            cancellationToken));
    }

    private Task PrintAsync(IReadOnlyList<AgentMetrics> first, TimeSpan interval, CancellationToken cancellationToken)
    {
        Print(first);
        return RepeatAsync(interval, PrintOrComplain, cancellationToken);
    }

    private async Task RepeatAsync(TimeSpan interval, Action<IReadOnlyList<AgentMetrics>?, string> show, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(interval, Terminal.Time);
        while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false))
        {
            try
            {
                show(await LookAsync(cancellationToken).ConfigureAwait(false), "");
            }
            catch (ArcherException failure)
            {
                show(null, failure.Message);
            }
        }
    }

    private async Task<IReadOnlyList<AgentMetrics>> LookAsync(CancellationToken cancellationToken)
    {
        var names = Agent is { } name
            ? [(await AgentOption.ResolveAsync(Client, name, cancellationToken).ConfigureAwait(false)).Name]
            : (await Client.ReadAgentsAsync(cancellationToken).ConfigureAwait(false)).Agents.Select(agent => agent.Name);
        return await Task.WhenAll(names.Select(agent => Client.ReadMetricsAsync(agent, cancellationToken))).ConfigureAwait(false);
    }

    private void PrintOrComplain(IReadOnlyList<AgentMetrics>? numbers, string problem)
    {
        if (numbers is null)
        {
            Terminal.Messages.WriteLine(problem);
        }
        else
        {
            Print(numbers);
        }
    }

    private void Print(IReadOnlyList<AgentMetrics> numbers)
    {
        if (!Json)
        {
            (Terminal.IsOutputInteractive ? StatusTable.Screen(numbers) : StatusTable.Lines(numbers)).WriteTo(Terminal);
            return;
        }
        foreach (var agent in numbers)
        {
            Terminal.Output.WriteLine(JsonSerializer.Serialize(agent, ArcherJson.Default.AgentMetrics));
        }
    }

    private Rows Picture(IReadOnlyList<AgentMetrics> numbers, string problem)
    {
        List<IRenderable> rows = [StatusTable.Screen(numbers).Draw()];
        rows.Add(new Text(problem.Length > 0 ? problem : $"{Client.Address}  {Shown.Time(Terminal.Time.GetUtcNow())}  Ctrl-C ends", new Style(problem.Length > 0 ? Color.Red : Color.Grey)));
        return new Rows(rows);
    }
}
