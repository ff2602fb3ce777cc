using System.Diagnostics.CodeAnalysis;
using Archer.Tasks.TwentyQuestions;

namespace Archer.Tasks;

/// <summary>The tasks that come with the platform.</summary>
public static class TaskCatalog
{
    private static readonly ITask[] Tasks = [new TwentyQuestionsTask()];

    /// <summary>Their names.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Tasks.Select(task => task.Name)];

    /// <summary>The task that is played when none is named.</summary>
    public static ITask Default => Tasks[0];

    /// <summary>Finds a task; false for null and for a name that is none.</summary>
    public static bool TryFind(string? name, [NotNullWhen(true)] out ITask? task) => (task = Tasks.FirstOrDefault(candidate => candidate.Name == name)) is not null;

    /// <summary>The task of a name.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static ITask Find(string name) =>
        TryFind(name, out var task) ? task : throw new ArgumentException($"Unknown task \"{name}\", expected one of: {string.Join(", ", Names)}.", nameof(name));
}
