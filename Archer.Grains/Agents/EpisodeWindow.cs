using System.Collections.Immutable;

namespace Archer.Grains.Agents;

/// <summary>Returns of the last conversations; a conversation that reports twice counts once.</summary>
internal sealed class EpisodeWindow
{
    /// <summary>Conversations that the mean is over.</summary>
    public const int Size = 200;

    private readonly Queue<EpisodeReturn> _returns = new();
    private readonly HashSet<string> _ids = [];

    public EpisodeWindow(ImmutableArray<EpisodeReturn> returns)
    {
        foreach (var episode in returns)
        {
            TryAdd(episode);
        }
    }

    public double? Mean => _returns.Count == 0 ? null : _returns.Average(episode => episode.Return);

    public bool TryAdd(EpisodeReturn episode)
    {
        if (!_ids.Add(episode.Conversation))
        {
            return false;
        }

        _returns.Enqueue(episode);
        if (_returns.Count > Size)
        {
            _ids.Remove(_returns.Dequeue().Conversation);
        }

        return true;
    }

    public ImmutableArray<EpisodeReturn> ToImmutable() => [.. _returns];
}
