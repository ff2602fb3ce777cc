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
    private readonly List<Slot> slots = [];
    private readonly Stack<int> free = new();
    private readonly int headSize = config.HeadSize;
    private readonly int width = config.KeyWidth;

    /// <summary>Slots in use.</summary>
    public int Used => slots.Count - free.Count;

    /// <summary>Floats of native memory held, by used and by free slots.</summary>
    public long TotalFloats => slots.Sum(s => s.Memory.Length);

    public int KeyValueHeads => config.KeyValueHeads;

    public int Layers => config.Layers;

    public int HeadSize => headSize;

    public int Allocate()
    {
        if (!free.TryPop(out int slot))
        {
            slot = slots.Count;
            slots.Add(new Slot { Memory = new NativeBuffer(FloatsFor(FirstCapacity)), Capacity = FirstCapacity });
        }
        slots[slot].Length = 0;
        slots[slot].InUse = true;
        return slot;
    }

    public void Free(int slot)
    {
        Get(slot).InUse = false;
        free.Push(slot);
    }

    /// <summary>Positions that the slot holds.</summary>
    public int Length(int slot) => Get(slot).Length;

    /// <summary>Forgets what follows the first <paramref name="length"/> positions.</summary>
    public void Truncate(int slot, int length)
    {
        Slot found = Get(slot);
        if (length < 0 || length > found.Length)
            throw new ArgumentOutOfRangeException(nameof(length), length, $"Slot {slot} holds {found.Length} positions.");
        found.Length = length;
    }

    /// <summary>Copies the first positions of a slot over another slot: a shared prompt is computed once.</summary>
    public void CopyPrefix(int from, int to, int length)
    {
        Slot source = Get(from), target = Get(to);
        if (length < 0 || length > source.Length)
            throw new ArgumentOutOfRangeException(nameof(length), length, $"Slot {from} holds {source.Length} positions.");
        target.Length = 0;
        Reserve(to, length);
        Copy(source.Memory.Pointer, source.Capacity, target.Memory.Pointer, target.Capacity, length);
        target.Length = length;
    }

    /// <summary>Makes room for positions below <paramref name="length"/>.</summary>
    public void Reserve(int slot, int length)
    {
        Slot found = Get(slot);
        if (length <= found.Capacity)
            return;
        int capacity = found.Capacity;
        while (capacity < length)
            capacity *= 2;
        var memory = new NativeBuffer(FloatsFor(capacity));
        Copy(found.Memory.Pointer, found.Capacity, memory.Pointer, capacity, found.Length);
        found.Memory.Dispose();
        (found.Memory, found.Capacity) = (memory, capacity);
    }

    /// <summary>Makes the next position part of the slot; its keys and values are to be written.</summary>
    public void Append(int slot)
    {
        Slot found = Get(slot);
        Reserve(slot, found.Length + 1);
        found.Length++;
    }

    /// <summary>Keys of one head as packed right operand [D, capacity].</summary>
    public RightMatrix Keys(int slot, int layer, int head)
    {
        Slot found = slots[slot];
        float* data = KeysOf(found.Memory.Pointer, found.Capacity, layer) + (nint)head * found.Capacity * headSize;
        return new(data, headSize, found.Capacity, TileShape.PanelColumns, (nint)headSize * TileShape.PanelColumns, headSize, 0);
    }

    /// <summary>Floats from the keys of a head to those of the next in one layer.</summary>
    public nint KeyHead(int slot) => (nint)slots[slot].Capacity * headSize;

    /// <summary>Values of one head as right operand [capacity, D], used where they lie.</summary>
    public RightMatrix Values(int slot, int layer, int head)
    {
        Slot found = slots[slot];
        float* data = ValuesOf(found.Memory.Pointer, found.Capacity, layer) + head * headSize;
        return new(data, found.Capacity, headSize, width, TileShape.PanelColumns, found.Capacity, 0);
    }

    /// <summary>Writes keys and values [heads · D] of one position.</summary>
    public void Write(int slot, int layer, int position, float* keys, float* values)
    {
        Slot found = slots[slot];
        float* panel = KeysOf(found.Memory.Pointer, found.Capacity, layer)
            + (nint)(position / TileShape.PanelColumns) * headSize * TileShape.PanelColumns + position % TileShape.PanelColumns;
        for (int head = 0; head < config.KeyValueHeads; head++, panel += (nint)found.Capacity * headSize, keys += headSize)
            for (int d = 0; d < headSize; d++)
                panel[d * TileShape.PanelColumns] = keys[d];
        float* row = ValuesOf(found.Memory.Pointer, found.Capacity, layer) + (nint)position * width;
        new ReadOnlySpan<float>(values, width).CopyTo(new Span<float>(row, width));
    }

    public void Dispose()
    {
        foreach (Slot slot in slots)
            slot.Memory.Dispose();
        slots.Clear();
        free.Clear();
    }

    private Slot Get(int slot) => (uint)slot < (uint)slots.Count && slots[slot].InUse
        ? slots[slot]
        : throw new ArgumentOutOfRangeException(nameof(slot), slot, "The slot is not in use.");

    private long FloatsFor(int capacity) => 2L * config.Layers * capacity * width;

    private float* KeysOf(float* memory, int capacity, int layer) => memory + (nint)2 * layer * capacity * width;

    private float* ValuesOf(float* memory, int capacity, int layer) => KeysOf(memory, capacity, layer) + (nint)capacity * width;

    private void Copy(float* source, int sourceCapacity, float* target, int targetCapacity, int length)
    {
        long keyBytes = (long)AttentionKernel.Padded(length) * headSize * sizeof(float), valueBytes = (long)length * width * sizeof(float);
        for (int layer = 0; layer < config.Layers; layer++)
        {
            for (int head = 0; head < config.KeyValueHeads; head++)
            {
                float* from = KeysOf(source, sourceCapacity, layer) + (nint)head * sourceCapacity * headSize;
                Buffer.MemoryCopy(from, KeysOf(target, targetCapacity, layer) + (nint)head * targetCapacity * headSize, keyBytes, keyBytes);
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
