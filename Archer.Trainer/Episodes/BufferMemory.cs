using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Archer.Trainer.Episodes;

/// <summary>
/// What a buffer knows that the replay log may have forgotten: superseded, evicted and erased rows are gone from it. Hashes only, so that an
/// erased conversation leaves no word here.
/// </summary>
/// <param name="Held">Conversations whose episodes are held, in the buffer's order.</param>
/// <param name="Left">Conversations that were handed out and have left, oldest first.</param>
public sealed record BufferMemory(ImmutableArray<ulong> Held, ImmutableArray<ulong> Left)
{
    /// <summary>Writes it: the number of those held, then all hashes, eight bytes each in this machine's order, as all tensors are.</summary>
    public void Write(Stream target)
    {
        ulong[] all = [(ulong)Held.Length, .. Held, .. Left];
        target.Write(MemoryMarshal.AsBytes<ulong>(all));
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidDataException">It is none.</exception>
    public static BufferMemory Read(string path)
    {
        var bytes = File.ReadAllBytes(path);
        var all = MemoryMarshal.Cast<byte, ulong>(bytes);
        if (all.Length * sizeof(ulong) != bytes.Length || all.Length == 0 || all[0] > (ulong)(all.Length - 1))
        {
            throw new InvalidDataException($"{path}: expected the number of conversations held and their hashes, found {bytes.Length} bytes that are not.");
        }

        var held = (int)all[0];
        return new BufferMemory([.. all.Slice(1, held)], [.. all[(1 + held)..]]);
    }
}
