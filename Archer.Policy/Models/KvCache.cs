using Archer.Policy.Tensors;
using Archer.Policy.Tensors.Kernels;

namespace Archer.Policy.Models;

/// <summary>
/// Keys and values of the conversations that a model is speaking in, one slot each. Keys lie as [position / 16][D][16] per layer and head, so
/// that the scores of
/// 16 positions are one vector; values as [position][heads · D]. A slot's memory grows by doubling and is kept when the slot is freed. Not
/// thread-safe.
/// </summary>
internal sealed unsafe class KvCache(LlamaConfig config) : IDisposable
{
    private const int FirstCapacity = 64;
    private readonly List<Slot> _slots = [];
    private readonly Stack<int> _free = new();
    private readonly int _headSize = config.HeadSize;
    private readonly int _width = config.KeyWidth;

    /// <summary>Slots in use.</summary>
    public int Used => _slots.Count - _free.Count;

    /// <summary>Floats of native memory held, by used and by free slots.</summary>
    public long TotalFloats => _slots.Sum(s => s.Memory.Length);

    public int KeyValueHeads => config.KeyValueHeads;

    public int Layers => config.Layers;

    public int HeadSize => _headSize;

    public int Allocate()
    {
        if (!_free.TryPop(out var slot))
        {
            slot = _slots.Count;
            _slots.Add(new Slot { Memory = new NativeBuffer(FloatsFor(FirstCapacity)), Capacity = FirstCapacity });
        }
        _slots[slot].Length = 0;
        _slots[slot].InUse = true;
        return slot;
    }

    public void Free(int slot)
    {
        Get(slot).InUse = false;
        _free.Push(slot);
    }

    /// <summary>Positions that the slot holds.</summary>
    public int Length(int slot) => Get(slot).Length;

    /// <summary>Forgets what follows the first <paramref name="length"/> positions.</summary>
    public void Truncate(int slot, int length)
    {
        var found = Get(slot);
        if (length < 0 || length > found.Length)
        {
            throw new ArgumentOutOfRangeException(nameof(length), length, $"Slot {slot} holds {found.Length} positions.");
        }

        found.Length = length;
    }

    /// <summary>Copies the first positions of a slot over another slot: a shared prompt is computed once.</summary>
    public void CopyPrefix(int from, int to, int length)
    {
        Slot source = Get(from), target = Get(to);
        if (length < 0 || length > source.Length)
        {
            throw new ArgumentOutOfRangeException(nameof(length), length, $"Slot {from} holds {source.Length} positions.");
        }

        target.Length = 0;
        Reserve(to, length);
        Copy(source.Memory.Pointer, source.Capacity, target.Memory.Pointer, target.Capacity, length);
        target.Length = length;
    }

    /// <summary>Makes room for positions below <paramref name="length"/>.</summary>
    public void Reserve(int slot, int length)
    {
        var found = Get(slot);
        if (length <= found.Capacity)
        {
            return;
        }

        var capacity = found.Capacity;
        while (capacity < length)
        {
            capacity *= 2;
        }

        var memory = new NativeBuffer(FloatsFor(capacity));
        Copy(found.Memory.Pointer, found.Capacity, memory.Pointer, capacity, found.Length);
        found.Memory.Dispose();
        (found.Memory, found.Capacity) = (memory, capacity);
    }

    /// <summary>Makes the next position part of the slot; its keys and values are to be written.</summary>
    public void Append(int slot)
    {
        var found = Get(slot);
        Reserve(slot, found.Length + 1);
        found.Length++;
    }

    /// <summary>Keys of one head as packed right operand [D, capacity].</summary>
    public RightMatrix Keys(int slot, int layer, int head)
    {
        var found = _slots[slot];
        var data = KeysOf(found.Memory.Pointer, found.Capacity, layer) + (nint)head * found.Capacity * _headSize;
        return new(data, _headSize, found.Capacity, TileShape.PanelColumns, (nint)_headSize * TileShape.PanelColumns, _headSize, 0);
    }

    /// <summary>Floats from the keys of a head to those of the next in one layer.</summary>
    public nint KeyHead(int slot) => (nint)_slots[slot].Capacity * _headSize;

    /// <summary>Values of one head as right operand [capacity, D], used where they lie.</summary>
    public RightMatrix Values(int slot, int layer, int head)
    {
        var found = _slots[slot];
        var data = ValuesOf(found.Memory.Pointer, found.Capacity, layer) + head * _headSize;
        return new(data, found.Capacity, _headSize, _width, TileShape.PanelColumns, found.Capacity, 0);
    }

    /// <summary>Writes keys and values [heads · D] of one position.</summary>
    public void Write(int slot, int layer, int position, float* keys, float* values)
    {
        var found = _slots[slot];
        var panel = KeysOf(found.Memory.Pointer, found.Capacity, layer)
            + (nint)(position / TileShape.PanelColumns) * _headSize * TileShape.PanelColumns + position % TileShape.PanelColumns;
        for (var head = 0; head < config.KeyValueHeads; head++, panel += (nint)found.Capacity * _headSize, keys += _headSize)
        {
            for (var d = 0; d < _headSize; d++)
            {
                panel[d * TileShape.PanelColumns] = keys[d];
            }
        }

        var row = ValuesOf(found.Memory.Pointer, found.Capacity, layer) + (nint)position * _width;
        new ReadOnlySpan<float>(values, _width).CopyTo(new Span<float>(row, _width));
    }

    public void Dispose()
    {
        foreach (var slot in _slots)
        {
            slot.Memory.Dispose();
        }

        _slots.Clear();
        _free.Clear();
    }

    private Slot Get(int slot) => (uint)slot < (uint)_slots.Count && _slots[slot].InUse
        ? _slots[slot]
        : throw new ArgumentOutOfRangeException(nameof(slot), slot, "The slot is not in use.");

    private long FloatsFor(int capacity) => 2L * config.Layers * capacity * _width;

    private float* KeysOf(float* memory, int capacity, int layer) => memory + (nint)2 * layer * capacity * _width;

    private float* ValuesOf(float* memory, int capacity, int layer) => KeysOf(memory, capacity, layer) + (nint)capacity * _width;

    private void Copy(float* source, int sourceCapacity, float* target, int targetCapacity, int length)
    {
        long keyBytes = (long)AttentionKernel.Padded(length) * _headSize * sizeof(float), valueBytes = (long)length * _width * sizeof(float);
        for (var layer = 0; layer < config.Layers; layer++)
        {
            for (var head = 0; head < config.KeyValueHeads; head++)
            {
                var from = KeysOf(source, sourceCapacity, layer) + (nint)head * sourceCapacity * _headSize;
                Buffer.MemoryCopy(from, KeysOf(target, targetCapacity, layer) + (nint)head * targetCapacity * _headSize, keyBytes, keyBytes);
            }
            Buffer.MemoryCopy(ValuesOf(source, sourceCapacity, layer), ValuesOf(target, targetCapacity, layer), valueBytes, valueBytes);
        }
    }

    private sealed class Slot
    {
        public required NativeBuffer Memory { get; set; }

        public required int Capacity { get; set; }

        public int Length { get; set; }

        public bool InUse { get; set; }
    }
}
