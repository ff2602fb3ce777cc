using Archer.Policy.Models;

namespace Archer.Policy.Generation;

/// <summary>Caches of both networks. A slot's memory is taken when it is first used.</summary>
internal sealed class LlamaGenerationSession : IGenerationSession
{
    private readonly DecoderSnapshot decoder;
    private readonly CriticSnapshot? critic;
    private readonly SlottedCache decoderCache;
    private readonly SlottedCache? criticCache;
    private readonly DecoderSession session = new();
    private readonly DecodeBatch batch = new();

    public LlamaGenerationSession(DecoderSnapshot decoder, CriticSnapshot? critic, int slots)
    {
        this.decoder = decoder;
        this.critic = critic;
        decoderCache = new SlottedCache(decoder.Config, slots);
        criticCache = critic is null ? null : new SlottedCache(critic.Trunk.Config, slots);
    }

    public void Decode(ReadOnlySpan<BatchRow> rows, Span<float> logits)
    {
        decoderCache.Fill(batch, rows);
        session.Forward(decoder, decoderCache.Cache, batch);
        for (var i = 0; i < batch.OutputCount; i++)
        {
            session.Logits(i).CopyTo(logits[(i * decoder.Config.VocabularySize)..]);
        }
    }

    public void Evaluate(ReadOnlySpan<BatchRow> rows, Span<float> values)
    {
        if (critic is null || criticCache is null)
        {
            throw new InvalidOperationException("The version has no critic.");
        }

        criticCache.Fill(batch, rows);
        session.Forward(critic, criticCache.Cache, batch);
        for (var i = 0; i < batch.OutputCount; i++)
        {
            values[i] = session.Value(i);
        }
    }

    public void Dispose()
    {
        session.Dispose();
        decoderCache.Cache.Dispose();
        criticCache?.Cache.Dispose();
    }

    /// <summary>One network's cache, with the engine's slot numbers in front of it.</summary>
    private sealed class SlottedCache
    {
        private const int None = -1;
        private readonly int[] places;

        public SlottedCache(LlamaConfig config, int slots)
        {
            Cache = new KvCache(config);
            places = new int[slots];
            Array.Fill(places, None);
        }

        public KvCache Cache { get; }

        /// <summary>Makes a batch of the rows; each slot forgets what stood behind its first row.</summary>
        public void Fill(DecodeBatch batch, ReadOnlySpan<BatchRow> rows)
        {
            batch.Clear();
            var last = None;
            foreach (var row in rows)
            {
                ref var place = ref places[row.Slot];
                if (place == None)
                {
                    place = Cache.Allocate();
                }

                if (row.Slot != last && row.Position < Cache.Length(place))
                {
                    Cache.Truncate(place, row.Position);
                }

                batch.Add(row.Token, place, row.Position, row.Output);
                last = row.Slot;
            }
        }
    }
}
