using Archer.Policy.Generation;

namespace Archer.Policy.Tests.Generation;

/// <summary>
/// A network whose logits and values are a hash of everything that its caches hold up to a row: one token too many, missing,
/// in a wrong place or of another sequence changes what is said. Counts its open sessions and checks the rows that it gets.
/// </summary>
internal sealed class HashModel(int vocabulary = 24, int positions = 128, ulong seed = 1, bool critic = true) : IGenerationModel
{
    private int _open;
    private int _disposed;
    private int _widest;

    public int VocabularySize => vocabulary;

    public int MaxPositions => positions;

    public bool HasCritic => critic;

    public int OpenSessions => Volatile.Read(ref _open);

    public bool IsDisposed => Volatile.Read(ref _disposed) > 0;

    public int WidestPass => Volatile.Read(ref _widest);

    /// <summary>Called before each pass of the decoder, on the engine's thread.</summary>
    public Action BeforePass { get; init; } = static () => { };

    public IGenerationSession Open(int slots, int rows)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        Interlocked.Increment(ref _open);
        return new Session(this, slots, rows);
    }

    public void Dispose()
    {
        Assert.Equal(0, OpenSessions);
        Assert.Equal(1, Interlocked.Increment(ref _disposed));
    }

    /// <summary>Logits after a prefix: the same whether it was read at once or token by token.</summary>
    public void Logits(ReadOnlySpan<int> prefix, Span<float> logits)
    {
        var hash = Hash(prefix);
        for (var id = 0; id < vocabulary; id++)
        {
            hash = Mix(hash);
            logits[id] = (hash >> 40) / (float)(1 << 22);
        }
    }

    public float Value(ReadOnlySpan<int> prefix) => -(float)(Hash(prefix) % 1000) / 100f;

    private ulong Hash(ReadOnlySpan<int> prefix)
    {
        var hash = seed;
        foreach (var token in prefix)
        {
            hash = Mix(hash ^ (ulong)token);
        }

        return hash;
    }

    private static ulong Mix(ulong z)
    {
        z = (z + 0x9E3779B97F4A7C15) * 0xBF58476D1CE4E5B9;
        return z ^ (z >> 29);
    }

    private sealed class Session(HashModel model, int slots, int mostRows) : IGenerationSession
    {
        private readonly List<int>[] _decoder = Caches(slots);
        private readonly List<int>[] _critic = Caches(slots);

        public void Decode(ReadOnlySpan<BatchRow> rows, Span<float> logits)
        {
            model.BeforePass();
            model._widest = Math.Max(model._widest, rows.Length);
            var output = 0;
            foreach (var row in Checked(rows))
            {
                Feed(_decoder[row.Slot], row);
                if (row.Output)
                {
                    model.Logits([.. _decoder[row.Slot]], logits.Slice(output++ * model.VocabularySize, model.VocabularySize));
                }
            }

            Assert.Equal(logits.Length, output * model.VocabularySize);
        }

        public void Evaluate(ReadOnlySpan<BatchRow> rows, Span<float> values)
        {
            var output = 0;
            foreach (var row in Checked(rows))
            {
                Feed(_critic[row.Slot], row);
                if (row.Output)
                {
                    values[output++] = model.Value([.. _critic[row.Slot]]);
                }
            }

            Assert.Equal(values.Length, output);
        }

        public void Dispose() => Interlocked.Decrement(ref model._open);

        private static List<int>[] Caches(int slots) => [.. Enumerable.Range(0, slots).Select(_ => new List<int>())];

        private static void Feed(List<int> cache, BatchRow row)
        {
            Assert.InRange(row.Position, 0, cache.Count);
            cache.RemoveRange(row.Position, cache.Count - row.Position);
            cache.Add(row.Token);
        }

        private ReadOnlySpan<BatchRow> Checked(ReadOnlySpan<BatchRow> rows)
        {
            Assert.InRange(rows.Length, 1, mostRows);
            return rows;
        }
    }
}
