using Archer.Client.Conversations;

namespace Archer.Client.Tests.Conversations;

public sealed class ConversationHashTests
{
    // Computed with an independent implementation (Python) of FNV-1a 64 over UTF-16LE and SplitMix64's finaliser.
    [Theory]
    [InlineData("", 0xF52A15E9A9B5E89B)]
    [InlineData("a", 0xD0137A57D0EF408F)]
    [InlineData("conversation-17", 0x506FA385A99C33FB)]
    public void Of_KnownText_IsTheSameForEver(string text, ulong expected) => Assert.Equal(expected, ConversationHash.Of(text));

    [Fact]
    public void ToUnitInterval_ManyTexts_IsUniform()
    {
        var below = Enumerable.Range(0, 20_000).Count(i => ConversationHash.ToUnitInterval(ConversationHash.Of($"c-{i}")) < 0.25);

        // Binomial: mean 5,000, standard deviation 61.
        Assert.InRange(below, 4_700, 5_300);
    }

    [Fact]
    public void Of_OtherSalt_IsIndependent()
    {
        var same = Enumerable.Range(0, 1_000).Count(i => (ConversationHash.Of($"c-{i}", 1) & 1) == (ConversationHash.Of($"c-{i}", 2) & 1));

        Assert.InRange(same, 420, 580);
    }
}
