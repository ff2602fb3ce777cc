using Archer.Policy.Tensors;
using Archer.Policy.Tensors.Kernels;

namespace Archer.Policy.Models;

/// <summary>Runs forward passes of snapshots for one thread at a time; its memory is reused, a pass allocates nothing on the managed heap.</summary>
internal sealed unsafe class DecoderSession : IDisposable
{
    private readonly Arena _arena = new();
    private float* _hidden;
    private float* _logits;
    private float* _values;
    private int _outputs, _hiddenSize, _vocabulary;

    /// <summary>
    /// Computes the rows of the batch, appends their keys and values to the cache, and keeps the logits of the rows that asked for output.
    /// Results stay valid until the next pass.
    /// </summary>
    /// <exception cref="ArgumentException">
    /// A token outside the vocabulary, a position that does not follow the slot's length, or beyond the model's reach; nothing was changed.
    /// </exception>
    public void Forward(DecoderSnapshot model, KvCache cache, DecodeBatch batch)
    {
        Trunk(model, cache, batch);
        if (!model.HasHead)
        {
            return;
        }

        _vocabulary = model.Config.VocabularySize;
        _logits = _arena.Allocate((long)_outputs * _vocabulary);
        Gemm.Multiply(new LeftMatrix(_hidden, _hiddenSize), model.Head, Seed.Zero, _logits, _vocabulary, _outputs);
    }

    /// <summary>The same for a critic: keeps min(V1, V2) of the rows that asked for output.</summary>
    public void Forward(CriticSnapshot critic, KvCache cache, DecodeBatch batch)
    {
        Trunk(critic.Trunk, cache, batch);
        _values = _arena.Allocate(_outputs);
        critic.Values(_hidden, _outputs, _values, _arena);
    }

    /// <summary>Logits [V] of a result.</summary>
    public ReadOnlySpan<float> Logits(int output) => new(Of(_logits) + Checked(output) * _vocabulary, _vocabulary);

    /// <summary>Hidden state [C] of a result, after the final norm.</summary>
    public ReadOnlySpan<float> Hidden(int output) => new(Of(_hidden) + Checked(output) * _hiddenSize, _hiddenSize);

    /// <summary>Value of a result.</summary>
    public float Value(int output) => Of(_values)[Checked(output)];

    public void Dispose() => _arena.Dispose();

    private nint Checked(int output) => (uint)output < (uint)_outputs
        ? output
        : throw new ArgumentOutOfRangeException(nameof(output), output, $"The last pass had {_outputs} results.");

    private static float* Of(float* results) => results != null
        ? results
        : throw new InvalidOperationException("The last pass gave no results of this kind.");

    private void Trunk(DecoderSnapshot model, KvCache cache, DecodeBatch batch)
    {
        Append(model.Config, cache, batch);
        _arena.Reset();
        var config = model.Config;
        _hiddenSize = config.HiddenSize;
        _outputs = batch.OutputCount;
        _logits = _values = null;
        var rows = batch.Count;
        var stream = _arena.Allocate((long)rows * _hiddenSize);
        for (var row = 0; row < rows; row++)
        {
            var embedding = new ReadOnlySpan<float>(model.Embedding(batch.Tokens[row]), _hiddenSize);
            embedding.CopyTo(new Span<float>(stream + (nint)row * _hiddenSize, _hiddenSize));
        }
        var scratch = new Scratch(_arena, config, rows, MaxOf(batch));
        for (var layer = 0; layer < config.Layers; layer++)
        {
            Attend(model, layer, cache, batch, stream, scratch);
            FeedForward(model[layer], config, stream, rows, scratch);
        }
        _hidden = _arena.Allocate((long)_outputs * _hiddenSize);
        for (var i = 0; i < _outputs; i++)
        {
            var row = stream + (nint)batch.OutputRows[i] * _hiddenSize;
            RowKernels.RmsNorm(row, model.FinalNorm, _hidden + (nint)i * _hiddenSize, _hiddenSize, config.NormEpsilon);
        }
        GC.KeepAlive(model);
        GC.KeepAlive(cache);
    }

    private void Attend(DecoderSnapshot model, int layer, KvCache cache, DecodeBatch batch, float* stream, in Scratch scratch)
    {
        var config = model.Config;
        var weights = model[layer];
        int rows = batch.Count, width = scratch.ProjectionWidth, headSize = config.HeadSize;
        Norm(stream, weights.AttentionNorm, scratch.Normed, rows, config);
        Gemm.Multiply(new LeftMatrix(scratch.Normed, _hiddenSize), weights.QueryKeyValue, Seed.Zero, scratch.Projection, width, rows);
        var turned = config.Heads + config.KeyValueHeads;
        for (var row = 0; row < rows; row++)
        {
            var projection = scratch.Projection + (nint)row * width;
            for (var head = 0; head < turned; head++)
            {
                model.Rotary.Rotate(projection + head * headSize, projection + head * headSize, batch.Positions[row]);
            }

            var keys = projection + config.QueryWidth;
            cache.Write(batch.Slots[row], layer, batch.Positions[row], keys, keys + config.KeyWidth);
        }
        for (var row = 0; row < rows;)
        {
            row += AttendRun(config, layer, cache, batch, row, scratch);
        }

        Gemm.Multiply(
            new LeftMatrix(scratch.Mixed, config.QueryWidth), weights.Output, Seed.Matrix(stream, _hiddenSize), stream, _hiddenSize, rows);
    }

    /// <summary>Attention of consecutive rows of one slot, up to a tile; returns how many.</summary>
    private static int AttendRun(LlamaConfig config, int layer, KvCache cache, DecodeBatch batch, int row, in Scratch scratch)
    {
        int slot = batch.Slots[row], count = 1;
        while (count < AttentionKernel.TileRows && row + count < batch.Count && batch.Slots[row + count] == slot)
        {
            count++;
        }

        float* queries = scratch.Projection + (nint)row * scratch.ProjectionWidth, result = scratch.Mixed + (nint)row * config.QueryWidth;
        int headSize = config.HeadSize, group = config.Heads / config.KeyValueHeads, visible = batch.Positions[row] + 1;
        if (count == 1 && AttentionKernel.HasRow(config.Heads, headSize))
        {
            var keys = cache.Keys(slot, layer, 0);
            var values = cache.Values(slot, layer, 0).Data;
            AttentionKernel.Row(queries, keys, cache.KeyHead(slot), values, config.Heads, group, visible, scratch.Scores, result);
            return 1;
        }
        for (var head = 0; head < config.Heads; head++, queries += headSize, result += headSize)
        {
            RightMatrix keys = cache.Keys(slot, layer, head / group), values = cache.Values(slot, layer, head / group);
            var left = new LeftMatrix(queries, scratch.ProjectionWidth);
            AttentionKernel.Tile(left, keys, values, visible, count, 1f / MathF.Sqrt(headSize), scratch.Scores, result, config.QueryWidth);
        }
        return count;
    }

    private void FeedForward(DecoderSnapshot.Layer weights, LlamaConfig config, float* stream, int rows, in Scratch scratch)
    {
        var inner = config.IntermediateSize;
        Norm(stream, weights.FeedForwardNorm, scratch.Normed, rows, config);
        Gemm.Multiply(new LeftMatrix(scratch.Normed, _hiddenSize), weights.GateUp, Seed.Zero, scratch.GateUp, 2 * inner, rows);
        for (var row = 0; row < rows; row++)
        {
            var gate = scratch.GateUp + (nint)row * 2 * inner;
            RowKernels.SwiGlu(gate, gate + inner, gate, inner);
        }
        Gemm.Multiply(new LeftMatrix(scratch.GateUp, 2 * inner), weights.Down, Seed.Matrix(stream, _hiddenSize), stream, _hiddenSize, rows);
    }

    private static void Norm(float* x, float* gain, float* y, int rows, LlamaConfig config)
    {
        for (var row = 0; row < rows; row++)
        {
            RowKernels.RmsNorm(x + (nint)row * config.HiddenSize, gain, y + (nint)row * config.HiddenSize, config.HiddenSize, config.NormEpsilon);
        }
    }

    /// <summary>Checks the rows and makes room for them; nothing is changed when a row is refused.</summary>
    private static void Append(LlamaConfig config, KvCache cache, DecodeBatch batch)
    {
        if (cache.Layers != config.Layers || cache.HeadSize != config.HeadSize || cache.KeyValueHeads != config.KeyValueHeads)
        {
            throw new ArgumentException("The cache was made for a model of another shape.", nameof(cache));
        }

        for (var row = 0; row < batch.Count; row++)
        {
            (var token, var slot, var position) = (batch.Tokens[row], batch.Slots[row], batch.Positions[row]);
            var expected = cache.Length(slot);
            if ((uint)token >= (uint)config.VocabularySize || position != expected || position >= config.MaxPositions)
            {
                for (var done = row - 1; done >= 0; done--)
                {
                    cache.Truncate(batch.Slots[done], batch.Positions[done]);
                }

                throw new ArgumentException($"Row {row} of slot {slot}: token {token} (of {config.VocabularySize}) at position {position}, "
                    + $"expected position {expected} below {config.MaxPositions}.", nameof(batch));
            }
            cache.Append(slot);
        }
    }

    private static int MaxOf(DecodeBatch batch)
    {
        var longest = 0;
        foreach (var position in batch.Positions)
        {
            longest = Math.Max(longest, position + 1);
        }

        return longest;
    }

    /// <summary>Buffers of one pass.</summary>
    private readonly struct Scratch(Arena arena, LlamaConfig config, int rows, int positions)
    {
        public readonly int ProjectionWidth = config.QueryWidth + 2 * config.KeyWidth;
        public readonly float* Normed = arena.Allocate((long)rows * config.HiddenSize);
        public readonly float* Projection = arena.Allocate((long)rows * (config.QueryWidth + 2 * config.KeyWidth));
        public readonly float* Mixed = arena.Allocate((long)rows * config.QueryWidth);
        public readonly float* GateUp = arena.Allocate((long)rows * 2 * config.IntermediateSize);
        public readonly float* Scores = arena.Allocate((long)Math.Max(AttentionKernel.TileRows, config.Heads) * AttentionKernel.Padded(positions));
    }
}
