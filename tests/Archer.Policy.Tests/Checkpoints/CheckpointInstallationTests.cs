using Archer.Client.Policies;
using Archer.Policy.Checkpoints;
using Archer.Testing;

namespace Archer.Policy.Tests.Checkpoints;

/// <summary>A checkpoint from elsewhere becomes an agent's first version.</summary>
public sealed class CheckpointInstallationTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private string Source => _directory["base/v000001"];

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Install_InAnEmptyDirectory_MakesItTheAgentsOwn()
    {
        var original = WriteSource();
        var store = CheckpointSamples.Store(_directory.Path);

        Assert.True(store.Install(Source, "v000000"));

        var installed = store.Open("v000000");
        var manifest = installed.Manifest!;
        Assert.Equal(("player", "v000000", 0L, null), (manifest.Agent, manifest.Version, manifest.Step, manifest.Parent));
        Assert.Null(manifest.TrainedOn);
        Assert.Empty(manifest.LineageTrainedOn);
        Assert.Equal(original.Files.AsEnumerable(), manifest.Files);
        Assert.Equal(File.ReadAllBytes(Path.Combine(Source, "model.safetensors")), File.ReadAllBytes(installed.FilePath("model.safetensors")));
    }

    [Fact]
    public void Install_WhereTheVersionIsOrWas_ChangesNothing()
    {
        WriteSource();
        var store = CheckpointSamples.Store(_directory.Path);
        var own = store.Write(CheckpointSamples.Draft("own"));

        Assert.False(store.Install(Source, "v000000"));
        Assert.Equal(own.Files.AsEnumerable(), store.Open("v000000").Manifest!.Files);

        store.Write(CheckpointSamples.Draft("next"));
        Assert.True(store.Delete("v000000"));
        Assert.False(store.Install(Source, "v000000"));
        Assert.Equal(["v000001"], store.List().Select(manifest => manifest.Version));
    }

    [Fact]
    public void Install_OfADamagedCheckpoint_IsRefusedAndLeavesNothing()
    {
        WriteSource();
        var weights = Path.Combine(Source, "model.safetensors");
        var bytes = File.ReadAllBytes(weights);
        bytes[^1] ^= 1;
        File.WriteAllBytes(weights, bytes);
        var store = CheckpointSamples.Store(_directory.Path);

        var refused = Assert.Throws<CheckpointException>(() => store.Install(Source, "v000000"));

        Assert.Contains(weights, refused.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(store.DirectoryPath));
    }

    [Fact]
    public void Install_WithoutAManifest_IsRefused()
    {
        WriteSource();
        File.Delete(Path.Combine(Source, PolicyManifest.FileName));

        var refused = Assert.Throws<CheckpointException>(() => CheckpointSamples.Store(_directory.Path).Install(Source, "v000000"));

        Assert.Contains("a checkpoint with a manifest.json", refused.Message, StringComparison.Ordinal);
    }

    /// <summary>A version with a history of its own.</summary>
    private PolicyManifest WriteSource()
    {
        var store = CheckpointSamples.Store(_directory.Path, agent: "base");
        var parent = store.Write(CheckpointSamples.Draft() with { TrainedOn = new ReplayRange { From = 0, Through = 4 } });
        return store.Write(CheckpointSamples.Draft("learned", parent.Version) with { TrainedOn = new ReplayRange { From = 5, Through = 9 } });
    }
}
