using Archer.Client;
using Archer.Policy.Checkpoints;
using Archer.Testing;

namespace Archer.Policy.Tests.Checkpoints;

/// <summary>Of several trainers the one with the greatest epoch writes, whatever the others know.</summary>
public sealed class CheckpointFencingTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    [Fact]
    public void Claim_OfALaterTrainer_ShutsTheEarlierOut()
    {
        var (old, latest) = (Claimed(1), Claimed(2));
        latest.Write(CheckpointSamples.Draft("new"));

        var refused = Assert.Throws<TrainerSupersededException>(() => old.Write(CheckpointSamples.Draft("old")));
        Assert.Throws<TrainerSupersededException>(() => old.Delete("v000000"));
        Assert.Throws<TrainerSupersededException>(old.RequireClaim);
        Assert.Throws<TrainerSupersededException>(() => Claimed(1));

        Assert.Contains("its epoch is 2, found 1", refused.Message, StringComparison.Ordinal);
        var version = Assert.Single(latest.List());
        Assert.Equal(("v000000", 2), (version.Version, version.Epoch));
        Assert.Empty(Directory.GetDirectories(_directory["player"], ".*"));
    }

    [Fact]
    public void Claim_IsKnownToWhoeverOpensTheDirectory()
    {
        Assert.Equal(0, CheckpointSamples.Store(_directory.Path).LastEpoch);
        Claimed(7);
        Claimed(7).RequireClaim();

        Assert.Equal(7, CheckpointSamples.Store(_directory.Path).LastEpoch);
    }

    [Fact]
    public void Names_BeginAfterTheLastAnnouncedVersion_SeenHereOrNot()
    {
        Claimed(1).Write(CheckpointSamples.Draft());

        Assert.Equal("v000013", Claimed(2, "v000012").Write(CheckpointSamples.Draft()).Version);
        Assert.Equal("v000014", Claimed(3, "v000005").Write(CheckpointSamples.Draft()).Version);
        Assert.Equal("v000015", Claimed(4, "by-hand").Write(CheckpointSamples.Draft()).Version);
    }

    [Fact]
    public void Base_WithoutAClaim_IsInstalledBesideATrainer()
    {
        using var source = new TemporaryDirectory();
        CheckpointSamples.Store(source.Path, agent: "base").Write(CheckpointSamples.Draft());
        Claimed(3);

        Assert.True(CheckpointSamples.Store(_directory.Path).Install(source["base/v000000"], "v000000"));

        Assert.Null(Assert.Single(CheckpointSamples.Store(_directory.Path).List()).Epoch);
    }

    public void Dispose() => _directory.Dispose();

    private CheckpointStore Claimed(long epoch, string? lastVersion = null)
    {
        var store = CheckpointSamples.Store(_directory.Path);
        store.Claim(epoch, lastVersion);
        return store;
    }
}
