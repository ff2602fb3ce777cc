using System.Runtime.InteropServices;

namespace Archer.Policy.Generation;

/// <summary>The place of one sequence in a version's caches, and what the caches hold there.</summary>
internal sealed class CacheSlot(int index)
{
    private readonly List<int> _tokens = [];

    public int Index { get; } = index;

    public bool Busy { get; set; }

    /// <summary>Step at which the last sequence left; 0 when the slot was never used.</summary>
    public long LeftAt { get; set; }

    /// <summary>Ids whose keys and values the decoder's cache holds.</summary>
    public ReadOnlySpan<int> Tokens => CollectionsMarshal.AsSpan(_tokens);

    /// <summary>How many of <see cref="Tokens"/> the critic's cache holds too.</summary>
    public int CriticLength { get; private set; }

    public void Hold(ReadOnlySpan<int> prompt, ReadOnlySpan<int> utterance, int criticLength)
    {
        _tokens.Clear();
        CollectionsMarshal.SetCount(_tokens, prompt.Length + utterance.Length);
        var span = CollectionsMarshal.AsSpan(_tokens);
        prompt.CopyTo(span);
        utterance.CopyTo(span[prompt.Length..]);
        CriticLength = Math.Min(criticLength, _tokens.Count);
    }

    public void Forget()
    {
        _tokens.Clear();
        CriticLength = 0;
    }
}
