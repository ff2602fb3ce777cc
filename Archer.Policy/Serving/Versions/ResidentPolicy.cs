using Archer.Policy.Generation;
using Archer.Policy.Text;

namespace Archer.Policy.Serving.Versions;

/// <summary>One loaded version: networks, tokenizer and chat template, immutable, with a count of who uses it.</summary>
internal sealed class ResidentPolicy(string agent, string version, IGenerationModel model, BpeTokenizer tokenizer)
{
    // The registry's own reference is the first.
    private int _references = 1;
    private long _lastUsed;

    public string Agent { get; } = agent;

    public string Version { get; } = version;

    public string Name { get; } = $"{agent}@{version}";

    public IGenerationModel Model { get; } = model;

    public BpeTokenizer Tokenizer { get; } = tokenizer;

    public ChatTemplate Template { get; } = new(tokenizer);

    public GenerationMask Mask { get; } = GenerationMask.ForChat(tokenizer, model.VocabularySize);

    public required DateTimeOffset LoadedAt { get; init; }

    /// <summary>Requests that use it now.</summary>
    public int InUse => Math.Max(0, Volatile.Read(ref _references) - 1);

    public long LastUsed => Volatile.Read(ref _lastUsed);

    /// <summary>Adds a user; false when the version was retired meanwhile.</summary>
    public bool TryAcquire(long now)
    {
        var seen = Volatile.Read(ref _references);
        while (seen > 0)
        {
            var before = Interlocked.CompareExchange(ref _references, seen + 1, seen);
            if (before == seen)
            {
                Touch(now);
                return true;
            }

            seen = before;
        }

        return false;
    }

    public void Touch(long now) => Volatile.Write(ref _lastUsed, now);

    public void Release() => Interlocked.Decrement(ref _references);

    /// <summary>Takes the version out of use; false when somebody uses it.</summary>
    public bool TryRetire() => Interlocked.CompareExchange(ref _references, 0, 1) == 1;
}
