using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Archer.Policy.Checkpoints;

/// <summary>
/// An open safetensors file. Opening reads and checks the header only; elements are read straight into the caller's memory.
/// Memory taken is never more than the file is long, whatever the header says. Reading is safe from several threads.
/// </summary>
public sealed class SafetensorsFile : IDisposable
{
    private const int MaxHeader = 100_000_000;
    private const int ChunkBytes = 1 << 16;
    private readonly string _path;
    private readonly SafeFileHandle _handle;
    private readonly Dictionary<string, TensorEntry> _byName;

    private SafetensorsFile(string path, SafeFileHandle handle)
    {
        _path = path;
        _handle = handle;
        (Entries, Metadata) = ReadHeader();
        _byName = Entries.ToDictionary(entry => entry.Name, StringComparer.Ordinal);
    }

    /// <summary>The tensors, in the order of their elements in the file.</summary>
    public ImmutableArray<TensorEntry> Entries { get; }

    /// <summary>Free text by key.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Opens a file and checks its header.</summary>
    /// <exception cref="CheckpointException">The file is missing or its header is not valid; says at which byte.</exception>
    public static SafetensorsFile Open(string path)
    {
        SafeFileHandle? handle = null;
        try
        {
            handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
            return new SafetensorsFile(path, handle);
        }
        catch (Exception failure)
        {
            handle?.Dispose();
            if (failure is not (IOException or UnauthorizedAccessException))
            {
                throw;
            }

            throw CheckpointException.AtByte(path, 0, "a readable file", failure.Message, failure);
        }
    }

    /// <summary>Whether the file has a tensor of this name.</summary>
    public bool Contains(string name) => _byName.ContainsKey(name);

    /// <summary>A tensor's entry; its shape is checked when one is given.</summary>
    /// <exception cref="CheckpointException">There is no tensor of this name and shape.</exception>
    public TensorEntry Entry(string name, params ReadOnlySpan<int> shape)
    {
        if (!_byName.TryGetValue(name, out var entry))
        {
            throw CheckpointException.AtPath(_path, $"tensor '{name}'", "the tensor", "none of this name");
        }

        if (shape.Length > 0 && !entry.Shape.AsSpan().SequenceEqual(shape))
        {
            throw CheckpointException.AtPath(_path, $"tensor '{name}'", $"shape [{string.Join(", ", shape.ToArray())}]", $"shape {entry.ShapeText}");
        }

        return entry;
    }

    /// <summary>Reads floats of any precision: F32 as they are, F16 and BF16 widened without loss, F64 rounded.</summary>
    /// <exception cref="CheckpointException">There is no such tensor of floats, it has another number of elements, or the file cannot be read.</exception>
    public void ReadFloats(string name, Span<float> destination)
    {
        var entry = Entry(name);
        RequireCount(entry, destination.Length);
        if (entry.Type == TensorType.F32)
        {
            Read(entry.Offset, MemoryMarshal.AsBytes(destination));
            return;
        }

        var size = FloatSize(entry);
        var chunk = ArrayPool<byte>.Shared.Rent(ChunkBytes);
        try
        {
            for (var done = 0; done < destination.Length;)
            {
                var count = Math.Min(destination.Length - done, ChunkBytes / size);
                Read(entry.Offset + ((long)done * size), chunk.AsSpan(0, count * size));
                Widen(entry.Type, chunk.AsSpan(0, count * size), destination.Slice(done, count));
                done += count;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(chunk);
        }
    }

    /// <summary>Reads floats of any precision into a new array.</summary>
    /// <exception cref="CheckpointException">There is no such tensor of floats, or the file cannot be read.</exception>
    public float[] ReadFloats(string name)
    {
        var entry = Entry(name);
        FloatSize(entry);
        RequireFits(entry);
        var values = new float[entry.Count];
        ReadFloats(name, values);
        return values;
    }

    /// <summary>Reads 64-bit integers into a new array.</summary>
    /// <exception cref="CheckpointException">There is no such tensor of I64, or the file cannot be read.</exception>
    public long[] ReadInt64(string name)
    {
        var entry = RequireType(Entry(name), TensorType.I64);
        RequireFits(entry);
        var values = new long[entry.Count];
        Read(entry.Offset, MemoryMarshal.AsBytes(values.AsSpan()));
        return values;
    }

    /// <summary>Reads a tensor's bytes, whatever its type.</summary>
    /// <exception cref="CheckpointException">There is no such tensor, it has another length, or the file cannot be read.</exception>
    public void ReadBytes(string name, Span<byte> destination)
    {
        var entry = Entry(name);
        if (entry.Bytes != destination.Length)
        {
            throw CheckpointException.AtPath(_path, $"tensor '{name}'", $"{destination.Length} bytes", $"{entry.Bytes} bytes");
        }

        Read(entry.Offset, destination);
    }

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();

    private (ImmutableArray<TensorEntry> Entries, IReadOnlyDictionary<string, string> Metadata) ReadHeader()
    {
        var fileLength = RandomAccess.GetLength(_handle);
        Span<byte> lengthBytes = stackalloc byte[SafetensorsHeader.LengthBytes];
        if (fileLength < lengthBytes.Length)
        {
            throw CheckpointException.AtByte(_path, 0, "8 bytes of header length", $"a file of {fileLength} bytes");
        }

        Read(0, lengthBytes);
        var length = BinaryPrimitives.ReadUInt64LittleEndian(lengthBytes);
        var most = Math.Min(MaxHeader, fileLength - lengthBytes.Length);
        if (length > (ulong)most)
        {
            throw CheckpointException.AtByte(_path, 0, $"a header of at most {most} bytes", $"a header length of {length}");
        }

        var header = new byte[length];
        Read(lengthBytes.Length, header);
        long dataStart = lengthBytes.Length + header.Length;
        return new SafetensorsHeader(_path, dataStart, fileLength - dataStart).Parse(header);
    }

    private void RequireCount(TensorEntry entry, int count)
    {
        if (entry.Count != count)
        {
            throw CheckpointException.AtPath(_path, $"tensor '{entry.Name}'", $"{count} elements", $"shape {entry.ShapeText}");
        }
    }

    private void RequireFits(TensorEntry entry)
    {
        if (entry.Count <= Array.MaxLength)
        {
            return;
        }

        throw CheckpointException.AtPath(_path, $"tensor '{entry.Name}'", $"at most {Array.MaxLength} elements", $"{entry.Count}");
    }

    private TensorEntry RequireType(TensorEntry entry, TensorType type) =>
        entry.Type == type ? entry : throw CheckpointException.AtPath(_path, $"tensor '{entry.Name}'", $"{type}", $"{entry.Type}");

    private int FloatSize(TensorEntry entry) =>
        entry.Type is TensorType.F32 or TensorType.F16 or TensorType.BF16 or TensorType.F64
            ? entry.Type.Size()
            : throw CheckpointException.AtPath(_path, $"tensor '{entry.Name}'", "F32, F16, BF16 or F64", $"{entry.Type}");

    private void Read(long offset, Span<byte> destination)
    {
        while (destination.Length > 0)
        {
            var read = RandomAccess.Read(_handle, destination, offset);
            if (read == 0)
            {
                throw CheckpointException.AtByte(_path, offset, $"{destination.Length} bytes", "the end of the file");
            }

            offset += read;
            destination = destination[read..];
        }
    }

    private static void Widen(TensorType type, ReadOnlySpan<byte> source, Span<float> destination)
    {
        for (var i = 0; i < destination.Length; i++)
        {
            destination[i] = type switch
            {
                TensorType.F16 => (float)BinaryPrimitives.ReadHalfLittleEndian(source[(2 * i)..]),
                TensorType.BF16 => BitConverter.UInt32BitsToSingle((uint)BinaryPrimitives.ReadUInt16LittleEndian(source[(2 * i)..]) << 16),
                _ => (float)BinaryPrimitives.ReadDoubleLittleEndian(source[(8 * i)..]),
            };
        }
    }
}
