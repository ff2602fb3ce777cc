using System.Collections.Immutable;
using Archer.Client.History;
using Archer.Grains.Agents;
using Archer.Tasks;

namespace Archer.Silo.Composition;

/// <summary>The tasks of Archer.Tasks, as the grains ask for them.</summary>
internal sealed class TaskRules : ITaskRules
{
    public IReadOnlyList<string> Names => TaskCatalog.Names;

    public ImmutableArray<UtteranceKind> CountKinds(string? task, IEnumerable<string> utterances)
    {
        if (!TaskCatalog.TryFind(task, out var rules))
        {
            return [];
        }

        var counts = new long[rules.UtteranceKinds.Length];
        foreach (var utterance in utterances)
        {
            counts[rules.KindOf(utterance)]++;
        }

        return [.. rules.UtteranceKinds.Zip(counts, (kind, count) => new UtteranceKind(kind, count))];
    }
}
