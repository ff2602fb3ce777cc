using Archer.Policy.Models;

namespace Archer.Policy.Generation;

/// <summary>Caches of both networks. A slot's memory is taken when it is first used.</summary>
internal sealed class LlamaGenerationSession : IGenerationSession
{
    private readonly DecoderSnapshot _decoder;
    private readonly CriticSnapshot? _critic;
    private readonly SlottedCache _decoderCache;
    private readonly SlottedCache? _criticCache;
    private readonly DecoderSession _session = new();
    private readonly DecodeBatch _batch = new();

    public LlamaGenerationSession(DecoderSnapshot decoder, CriticSnapshot? critic, int slots)
    {
        _decoder = decoder;
        _critic = critic;
        _decoderCache = new SlottedCache(decoder.Config, slots);
        _criticCache = critic is null ? null : new SlottedCache(critic.Trunk.Config, slots);
    }

    public void Decode(ReadOnlySpan<BatchRow> rows, Span<float> logits)
    {
        _decoderCache.Fill(_batch, rows);
        _session.Forward(_decoder, _decoderCache.Cache, _batch);
        for (var i = 0; i < _batch.OutputCount; i++)
        {
            _session.Logits(i).CopyTo(logits[(i * _decoder.Config.VocabularySize)..]);
        }
    }

    public void Evaluate(ReadOnlySpan<BatchRow> rows, Span<float> values)
    {
        if (_critic is null || _criticCache is null)
        {
            throw new InvalidOperationException("The version has no critic.");
        }

        _criticCache.Fill(_batch, rows);
        _session.Forward(_critic, _criticCache.Cache, _batch);
        for (var i = 0; i < _batch.OutputCount; i++)
        {
            values[i] = _session.Value(i);
        }
    }

    public void Dispose()
    {
        _session.Dispose();
        _decoderCache.Cache.Dispose();
        _criticCache?.Cache.Dispose();
    }

    /// <summary>One network's cache, with the engine's slot numbers in front of it.</summary>
    private sealed class SlottedCache
    {
        private const int None = -1;
        private readonly int[] _places;

        public SlottedCache(LlamaConfig config, int slots)
        {
            Cache = new KvCache(config);
            _places = new int[slots];
            Array.Fill(_places, None);
        }

        public KvCache Cache { get; }

        /// <summary>Makes a batch of the rows; each slot forgets what stood behind its first row.</summary>
        public void Fill(DecodeBatch batch, ReadOnlySpan<BatchRow> rows)
        {
            batch.Clear();
            var last = None;
            foreach (var row in rows)
            {
                ref var place = ref _places[row.Slot];
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
