using System.Collections.Immutable;
using Archer.Client.History;

namespace Archer.Grains.Agents;

/// <summary>What the platform asks of the tasks that agents name in their definitions.</summary>
public interface ITaskRules
{
    /// <summary>Names that an agent's definition may have.</summary>
    IReadOnlyList<string> Names { get; }

    /// <summary>Tells the kinds of utterances apart.</summary>
    /// <param name="task">Name of the task; null for an agent that has none.</param>
    /// <param name="utterances">What the agent said.</param>
    /// <returns>Every kind of the task with its count; empty without a task.</returns>
    ImmutableArray<UtteranceKind> CountKinds(string? task, IEnumerable<string> utterances);
}

/// <summary>A platform without tasks.</summary>
internal sealed class NoTaskRules : ITaskRules
{
    public IReadOnlyList<string> Names => [];

    public ImmutableArray<UtteranceKind> CountKinds(string? task, IEnumerable<string> utterances) => [];
}
