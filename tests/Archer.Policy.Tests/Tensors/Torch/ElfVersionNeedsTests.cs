using Archer.Policy.Tensors.Torch;

namespace Archer.Policy.Tests.Tensors.Torch;

public sealed class ElfVersionNeedsTests
{
    private readonly byte[] _library = SharedLibrary.Read();

    [Fact]
    public void TryWeaken_VersionThatNothingIsBoundTo_SetsOneFlag()
    {
        byte[] before = [.. _library];

        Assert.True(ElfVersionNeeds.TryWeaken(_library, SharedLibrary.Unbound));

        var changed = Assert.Single(Enumerable.Range(0, before.Length), at => before[at] != _library[at]);
        Assert.Equal(2, _library[changed] ^ before[changed]);
    }

    [Theory]
    [InlineData(SharedLibrary.Bound)] // of the last library that is needed
    [InlineData("GLIBC_2.34")] // of another one
    [InlineData("GLIBCXX_3.4.3")] // the beginning of one
    [InlineData("GLIBCXX_9.9.9")]
    [InlineData("")]
    public void TryWeaken_BoundOrNotNeeded_IsRefusedAndChangesNothing(string version)
    {
        byte[] before = [.. _library];

        Assert.False(ElfVersionNeeds.TryWeaken(_library, version));

        Assert.True(before.AsSpan().SequenceEqual(_library));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(64)]
    [InlineData(100_000)]
    public void TryWeaken_FileCutShort_IsRefused(int length) =>
        Assert.False(ElfVersionNeeds.TryWeaken(_library.AsSpan(0, length), SharedLibrary.Unbound));

    [Theory]
    [InlineData(0)] // not ELF
    [InlineData(4)] // 32 bits
    [InlineData(5)] // big-endian
    [InlineData(0x2b)] // sections beyond the end
    [InlineData(0x2f)] // sections beyond what an integer holds
    public void TryWeaken_OtherHeader_IsRefused(int at)
    {
        _library[at] ^= 0x7f;
        Assert.False(ElfVersionNeeds.TryWeaken(_library, SharedLibrary.Unbound));
    }
}
