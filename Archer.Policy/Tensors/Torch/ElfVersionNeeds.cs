using System.Buffers.Binary;
using System.Text;

namespace Archer.Policy.Tensors.Torch;

/// <summary>
/// The versions that a 64-bit little-endian ELF library needs of other libraries (System V ABI, GNU symbol versioning). The loader refuses a library
/// whose needed version is missing, unless the need is weak.
/// </summary>
internal static class ElfVersionNeeds
{
    private const int HeaderSize = 64;
    private const int SectionSize = 64;
    private const int RelocationSize = 24;
    private const int RelocationsWithAddend = 4;
    private const int DynamicSymbols = 11;
    private const int NeededVersions = 0x6ffffffe;
    private const int SymbolVersions = 0x6fffffff;
    private const int HiddenBit = 0x8000;
    private const byte Weak = 2;

    /// <summary>Marks the need of a version as weak, unless a relocation is bound to a symbol of it.</summary>
    /// <param name="elf">The library; two bytes of it change.</param>
    /// <param name="version">Name of the version, such as <c>GLIBCXX_3.4.32</c>.</param>
    /// <returns>False, and nothing changed: the version is bound, not needed, or the bytes are not such a library.</returns>
    public static bool TryWeaken(Span<byte> elf, string version)
    {
        try
        {
            if (elf.Length < HeaderSize || !elf[..6].SequenceEqual("\u007fELF\u0002\u0001"u8) || Find(elf, version) is not { } need)
            {
                return false;
            }

            if (IsBound(elf, Short(elf, need + 6) & ~HiddenBit))
            {
                return false;
            }

            elf[need + 4] |= Weak;
            return true;
        }
        catch (Exception damaged) when (damaged is ArgumentOutOfRangeException or IndexOutOfRangeException or OverflowException)
        {
            return false; // an offset points outside of the file
        }
    }

    /// <summary>Where the entry of a needed version stands: hash, flags, index, name, distance to the next.</summary>
    private static int? Find(ReadOnlySpan<byte> elf, string version)
    {
        var sections = Sections(elf);
        var needs = sections.FirstOrDefault(section => section.Type == NeededVersions);
        if (needs.Size == 0)
        {
            return null;
        }

        byte[] wanted = [.. Encoding.ASCII.GetBytes(version), 0];
        var names = sections[needs.Link].Offset;
        for (int library = needs.Offset, step = 1; step > 0; library += step)
        {
            step = Int(elf, library + 12);
            for (int entry = library + Int(elf, library + 8), next = 1; next > 0; entry += next)
            {
                next = Int(elf, entry + 12);
                if (elf[(names + Int(elf, entry + 8))..].StartsWith(wanted))
                {
                    return entry;
                }
            }
        }

        return null;
    }

    /// <summary>Whether a relocation names a symbol of the version.</summary>
    private static bool IsBound(ReadOnlySpan<byte> elf, int version)
    {
        var sections = Sections(elf);
        var versions = sections.First(section => section.Type == SymbolVersions);
        foreach (var relocations in sections)
        {
            if (relocations.Type != RelocationsWithAddend || sections[relocations.Link].Type != DynamicSymbols)
            {
                continue;
            }

            for (var at = relocations.Offset; at < relocations.Offset + relocations.Size; at += RelocationSize)
            {
                var symbol = Int(elf, at + 12);
                if ((Short(elf, versions.Offset + 2 * symbol) & ~HiddenBit) == version)
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static Section[] Sections(ReadOnlySpan<byte> elf)
    {
        var start = checked((int)BinaryPrimitives.ReadInt64LittleEndian(elf[0x28..]));
        var sections = new Section[Short(elf, 0x3c)];
        for (var i = 0; i < sections.Length; i++)
        {
            var at = start + SectionSize * i;
            sections[i] = new Section(Int(elf, at + 4), Int(elf, at + 0x18), Int(elf, at + 0x20), Int(elf, at + 0x28));
        }

        return sections;
    }

    private static int Int(ReadOnlySpan<byte> elf, int at) => BinaryPrimitives.ReadInt32LittleEndian(elf[at..]);

    private static int Short(ReadOnlySpan<byte> elf, int at) => BinaryPrimitives.ReadUInt16LittleEndian(elf[at..]);

    private readonly record struct Section(int Type, int Offset, int Size, int Link);
}
