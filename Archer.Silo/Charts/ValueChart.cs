using System.Globalization;
using Archer.Client.Conversations;

namespace Archer.Silo.Charts;

/// <summary>What the critic expected at each turn of one conversation.</summary>
internal static class ValueChart
{
    /// <summary>Lower than the agent's charts: it stands beside the conversation.</summary>
    private const int Height = 150;

    public static string Draw(ConversationView conversation, ChartSize size)
    {
        (double X, double Y)[] points = [.. conversation.Turns.Where(turn => turn.Value is not null).Select(turn => (turn.Turn + 1.0, (double)turn.Value!.Value))];
        var description = points.Length == 0
            ? "No turn has a value yet."
            : string.Create(CultureInfo.InvariantCulture, $"Before utterance {points[^1].X:F0} the critic expects a return of {points[^1].Y:F2}; before the first it was {points[0].Y:F2}.");
        return new LineChart
        {
            Text = new ChartText("value-" + conversation.Id, "The critic's value of each turn", description, "turn", "expected return"),
            Series = [new LineSeries { Name = "value", Line = [.. points], Dots = [.. points], DotRadius = 3.5 }],
            EmptyText = conversation.Turns.IsEmpty ? "No data yet" : "This version has no critic",
        }.Draw(size with { Height = Height });
    }
}
