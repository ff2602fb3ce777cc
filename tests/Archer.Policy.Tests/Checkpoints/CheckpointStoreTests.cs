using System.Text;
using System.Text.Json.Nodes;
using Archer.Client.Policies;
using Archer.Policy.Checkpoints;
using Archer.Testing;

namespace Archer.Policy.Tests.Checkpoints;

public sealed class CheckpointStoreTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly CheckpointStore _store;

    public CheckpointStoreTests() => _store = CheckpointSamples.Store(_directory.Path);

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Write_AVersion_IsListedAndOpens()
    {
        var draft = CheckpointSamples.Draft() with
        {
            TrainedOn = new ReplayRange { From = 3, Through = 9 },
            Metrics = new Dictionary<string, double> { ["mean_return"] = -4.5, ["critic_loss"] = double.NaN },
        };

        var written = _store.Write(draft);

        var listed = Assert.Single(_store.List());
        Assert.Equal(("v000000", "player", 7L, CheckpointSamples.Now), (listed.Version, listed.Agent, listed.Step, listed.CreatedAt));
        Assert.Equal((3L, 9L), (listed.TrainedOn!.From, listed.TrainedOn.Through));
        Assert.Equal(["critic_loss", "mean_return"], listed.Metrics.Keys);
        Assert.Equal(["config.json", "model.safetensors"], listed.Files.Select(file => file.Name));
        Assert.Equal(written.Files.AsEnumerable(), listed.Files);
        Assert.Equal("44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a", listed.Files[0].Sha256);

        var opened = _store.Open("v000000");
        using var file = SafetensorsFile.Open(opened.FilePath("model.safetensors"));
        Assert.Equal("weights".Select(letter => (float)letter), file.ReadFloats("w"));
        Assert.False(opened.Contains("critic.safetensors"));
    }

    [Fact]
    public void Write_Versions_CountsUp()
    {
        string[] names = [.. Enumerable.Range(0, 3).Select(_ => _store.Write(CheckpointSamples.Draft()).Version)];

        Assert.Equal(["v000000", "v000001", "v000002"], names);
        Assert.Equal(names, _store.List().Select(manifest => manifest.Version));
        Assert.True(_store.Contains("v000001"));
        Assert.False(_store.Contains("v000003"));
        Assert.False(_store.Contains("../player/v000001"));
    }

    [Fact]
    public void Write_TheSame_GivesTheSameFiles() =>
        Assert.Equal(_store.Write(CheckpointSamples.Draft()).Files.AsEnumerable(), _store.Write(CheckpointSamples.Draft()).Files);

    [Fact]
    public void Write_OfAChild_CarriesTheRowsOfItsAncestors()
    {
        var first = _store.Write(CheckpointSamples.Draft() with { TrainedOn = new ReplayRange { From = 0, Through = 9 } });
        var second = _store.Write(CheckpointSamples.Draft(parent: first.Version) with { TrainedOn = new ReplayRange { From = 20, Through = 29 } });
        _store.Delete(first.Version);
        var third = _store.Write(CheckpointSamples.Draft(parent: second.Version));

        Assert.True(third.LearnedFrom(5) && third.LearnedFrom(25) && !third.LearnedFrom(15));
    }

    [Fact]
    public void Write_WithAParentThatIsNotThere_IsRefused()
    {
        Assert.Throws<CheckpointException>(() => _store.Write(CheckpointSamples.Draft(parent: "v000009")));
        Assert.Empty(_store.List());
    }

    [Fact]
    public void Write_AfterEveryVersionWasDeleted_NeverReusesAName()
    {
        _store.Write(CheckpointSamples.Draft());
        _store.Write(CheckpointSamples.Draft());
        Assert.True(_store.Delete("v000001"));
        Assert.True(_store.Delete("v000000"));
        Assert.False(_store.Delete("v000000"));

        Assert.Equal("v000002", CheckpointSamples.Store(_directory.Path).Write(CheckpointSamples.Draft()).Version);
    }

    [Fact]
    public void Write_BesideADirectoryWithoutManifest_TakesTheNextName()
    {
        Directory.CreateDirectory(_directory["player", "v000004"]);

        Assert.Equal("v000005", _store.Write(CheckpointSamples.Draft()).Version);
        Assert.Equal(["v000005"], _store.List().Select(manifest => manifest.Version));
    }

    [Fact]
    public void Write_WhileAnotherWrites_IsRefused()
    {
        var draft = CheckpointSamples.Draft() with
        {
            Files = [new("a", _ => Assert.Throws<CheckpointException>(() => CheckpointSamples.Store(_directory.Path).Write(CheckpointSamples.Draft())))],
        };

        _store.Write(draft);

        Assert.Single(_store.List());
    }

    [Fact]
    public void Write_WhenAFileFails_LeavesNoVersionAndNoName()
    {
        var draft = CheckpointSamples.Draft() with { Files = [new("a", _ => throw new IOException("disk full"))] };

        var failure = Assert.Throws<CheckpointException>(() => _store.Write(draft));

        Assert.Contains("disk full", failure.Message);
        Assert.Empty(_store.List());
        Assert.Equal("v000000", _store.Write(CheckpointSamples.Draft()).Version);
    }

    [Theory]
    [InlineData("../x")]
    [InlineData("a/b")]
    [InlineData(".hidden")]
    [InlineData("")]
    [InlineData("manifest.json")]
    [InlineData("MANIFEST.JSON")]
    public void Write_AFileOfAnUnsafeName_Throws(string name) =>
        Assert.Throws<ArgumentException>(() => _store.Write(CheckpointSamples.Draft() with { Files = [new(name, _ => { })] }));

    [Theory]
    [InlineData("..")]
    [InlineData("a/b")]
    [InlineData("")]
    public void Store_OfAnUnsafeAgent_Throws(string agent) =>
        Assert.Throws<ArgumentException>(() => CheckpointSamples.Store(_directory.Path, agent: agent));

    [Fact]
    public void Prune_KeepsTheNewestAndThoseInUse()
    {
        for (var i = 0; i < 6; i++)
        {
            _store.Write(CheckpointSamples.Draft());
        }

        Assert.Equal(["v000000", "v000002", "v000003"], _store.Prune(2, ["v000001"]).AsEnumerable());
        Assert.Equal(["v000001", "v000004", "v000005"], _store.List().Select(manifest => manifest.Version));
    }

    [Fact]
    public void Open_ADamagedFile_IsRefusedWithBothHashes()
    {
        var written = _store.Write(CheckpointSamples.Draft());
        var path = _directory["player", "v000000", "model.safetensors"];
        var bytes = File.ReadAllBytes(path);
        bytes[^1] ^= 1;
        File.WriteAllBytes(path, bytes);

        var failure = Assert.Throws<CheckpointException>(() => _store.Open("v000000"));

        Assert.Equal((path, "its SHA-256", written.Files[1].Sha256), (failure.File, failure.Place, failure.Expected));
        Assert.Equal(
            $"Checkpoint file '{path}' was refused at its SHA-256: expected {failure.Expected}, found {failure.Actual}. Restore it from a copy or use another version.",
            failure.Message);
        Assert.Single(_store.List());
    }

    [Fact]
    public void Open_AShortFile_IsRefusedAtItsEnd()
    {
        _store.Write(CheckpointSamples.Draft());
        File.WriteAllBytes(_directory["player", "v000000", "config.json"], "{"u8.ToArray());

        var failure = Assert.Throws<CheckpointException>(() => _store.Open("v000000"));

        Assert.Equal((1L, "2 bytes in all", "1 bytes"), (failure.Offset, failure.Expected, failure.Actual));
    }

    [Fact]
    public void Open_WhatIsMissing_IsRefused()
    {
        Assert.Equal("version v000007 of agent 'player'", Assert.Throws<CheckpointException>(() => _store.Open("v000007")).Expected);
        Assert.Throws<ArgumentException>(() => _store.Open("../../etc"));
        _store.Write(CheckpointSamples.Draft());
        File.Delete(_directory["player", "v000000", "config.json"]);
        Assert.Throws<CheckpointException>(() => _store.Open("v000000"));
    }

    [Theory]
    [InlineData("schema", "2", "$.schema")]
    [InlineData("version", "\"v000001\"", "$.version")]
    [InlineData("agent", "\"other\"", "$.agent")]
    [InlineData("files", "[]", "$.files")]
    [InlineData("files", "[{\"name\":\"../x\",\"bytes\":1,\"sha256\":\"\"}]", "$.files[0].name")]
    [InlineData("files", "[{\"name\":\"x\",\"bytes\":-1,\"sha256\":\"\"}]", "$.files[0].bytes")]
    [InlineData("files", "[{\"name\":\"x\",\"bytes\":1,\"sha256\":\"zz\"}]", "$.files[0].sha256")]
    [InlineData("files", "[null]", "$.files[0]")]
    [InlineData("files", "null", "$.files")]
    public void Open_AManifestThatIsWrong_IsRefusedAndNotListed(string property, string value, string place)
    {
        _store.Write(CheckpointSamples.Draft());
        var path = _directory["player", "v000000", "manifest.json"];
        var json = JsonNode.Parse(File.ReadAllBytes(path))!;
        json[property] = JsonNode.Parse(value);
        File.WriteAllText(path, json.ToJsonString());

        Assert.Equal(place, Assert.Throws<CheckpointException>(() => _store.Open("v000000")).Place);
        Assert.Empty(_store.List());
        Assert.Equal("v000001", _store.Write(CheckpointSamples.Draft()).Version);
    }

    [Fact]
    public void Open_AnyDamageOfTheManifest_IsRefusedOrHarmless()
    {
        _store.Write(CheckpointSamples.Draft());
        var path = _directory["player", "v000000", "manifest.json"];

        Mutations.Survive(File.ReadAllBytes(path), 1500, bytes =>
        {
            File.WriteAllBytes(path, bytes);
            _store.List();
            _store.Open("v000000");
        });
    }

    [Fact]
    public void Open_APlainDirectory_NeedsNoManifest()
    {
        File.WriteAllText(_directory["config.json"], "{}");

        var opened = CheckpointDirectory.Open(_directory.Path);

        Assert.Null(opened.Manifest);
        Assert.True(opened.Contains("config.json"));
        Assert.Throws<CheckpointException>(() => opened.FilePath("model.safetensors"));
        Assert.Throws<CheckpointException>(() => CheckpointDirectory.Open(_directory["nowhere"]));
    }

    [Fact]
    public void Manifest_OnDisk_IsSnakeCase()
    {
        _store.Write(CheckpointSamples.Draft());

        var text = Encoding.UTF8.GetString(File.ReadAllBytes(_directory["player", "v000000", "manifest.json"]));

        Assert.StartsWith("{\n  \"schema\": 1,\n  \"version\": \"v000000\",\n  \"agent\": \"player\",\n  \"step\": 7,\n", text);
        Assert.Contains("\"created_at\": \"2026-11-21T03:00:00+00:00\"", text);
        Assert.Contains("\"lineage_trained_on\": []", text);
    }
}
