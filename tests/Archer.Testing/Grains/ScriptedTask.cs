using System.Collections.Immutable;
using Archer.Client.History;
using Archer.Grains.Agents;

namespace Archer.Testing.Grains;

/// <summary>A task that knows two kinds of utterances: guesses name a dog, all others are questions.</summary>
public sealed class ScriptedTask : ITaskRules
{
    /// <summary>Name of the task.</summary>
    public const string Name = "scripted";

    /// <inheritdoc/>
    public IReadOnlyList<string> Names => [Name];

    /// <inheritdoc/>
    public ImmutableArray<UtteranceKind> CountKinds(string? task, IEnumerable<string> utterances)
    {
        var guesses = utterances.ToLookup(utterance => utterance.Contains("dog", StringComparison.OrdinalIgnoreCase));
        return task == Name ? [new UtteranceKind("questions", guesses[false].Count()), new UtteranceKind("guesses", guesses[true].Count())] : [];
    }
}
