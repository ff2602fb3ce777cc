using System.Buffers.Binary;
using System.Text;
using Archer.Policy.Tensors.Torch;

namespace Archer.Policy.Tests.Tensors.Torch;

/// <summary>The library that TorchSharp calls, with versions that it needs renamed: so any version can be one that the system has or lacks.</summary>
internal static class SharedLibrary
{
    /// <summary>Needed as a mark only, by no relocation.</summary>
    public const string Unbound = "GLIBCXX_3.4.32";

    /// <summary>Needed by relocations; every system that .NET 10 runs on has it.</summary>
    public const string Bound = "GLIBCXX_3.4.21";

    public static byte[] Read() => File.ReadAllBytes(TorchFiles.OfThisProcess()!.LibTorchSharp);

    /// <summary>Writes the library with one needed version under another name of the same length.</summary>
    public static string Write(string path, string version, string name)
    {
        var image = Read();
        ReplaceAll(image, Hash(version), Hash(name));
        ReplaceAll(image, [.. Encoding.ASCII.GetBytes(version), 0], [.. Encoding.ASCII.GetBytes(name), 0]);
        File.WriteAllBytes(path, image);
        return path;
    }

    private static void ReplaceAll(Span<byte> image, byte[] from, byte[] to)
    {
        for (int at = 0, found; (found = image[at..].IndexOf(from)) >= 0; at += found + to.Length)
        {
            to.CopyTo(image[(at + found)..]);
        }
    }

    /// <summary>The hash of the System V ABI, which the loader compares before names.</summary>
    private static byte[] Hash(string name)
    {
        uint hash = 0;
        foreach (var character in name)
        {
            hash = (hash << 4) + character;
            hash = (hash ^ ((hash & 0xf0000000) >> 24)) & 0x0fffffff;
        }

        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, hash);
        return bytes;
    }
}
