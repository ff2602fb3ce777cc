using System.Collections.Immutable;
using System.Globalization;
using Archer.Client.Tasks;
using Archer.Client.Tasks.TwentyQuestions;

namespace Archer.Silo.Charts;

/// <summary>Returns that an agent's own can be compared with: exact, from the task's solver.</summary>
internal static class TaskLevels
{
    private static readonly Lazy<ImmutableArray<ChartLevel>> TwentyQuestions = new(SolveTwentyQuestions);

    /// <summary>Levels of a task; none for an agent without one.</summary>
    public static ImmutableArray<ChartLevel> Of(string? task) => task == TaskNames.TwentyQuestions ? TwentyQuestions.Value : [];

    private static ImmutableArray<ChartLevel> SolveTwentyQuestions()
    {
        var solver = new TwentyQuestionsSolver(TwentyQuestionsTable.TenWords);
        return [Level(solver.Best, "best possible", "best"), Level(solver.EnumeratingGuesses, "naming one word after the other", "word by word")];
    }

    private static ChartLevel Level(double value, string name, string brief) => new(value, Numbered(name, value), Numbered(brief, value));

    private static string Numbered(string name, double value) => string.Create(CultureInfo.InvariantCulture, $"{name} {value:F2}").Replace('-', '−');
}
