using Archer.Policy.Checkpoints;
using Archer.Testing;

namespace Archer.Policy.Tests.Checkpoints;

/// <summary>The writer dies after each of its steps in turn; a new process finds whole versions only, loses none, and goes on.</summary>
public sealed class CheckpointCrashTests
{
    [Fact]
    public void Write_KilledAfterAnyStep_LeavesAWholeVersionOrNone()
    {
        var steps = Steps(static store => store.Write(CheckpointSamples.Draft("second", "v000000")));
        for (var alive = 0; alive < steps; alive++)
        {
            using var directory = new TemporaryDirectory();
            CheckpointSamples.Store(directory.Path).Write(CheckpointSamples.Draft("first"));
            var last = Crash(directory.Path, alive, static store => store.Write(CheckpointSamples.Draft("second", "v000000")));

            var renamed = last is "rename" or "flush parent";
            RequireWhole(directory.Path, renamed ? ["v000000", "v000001"] : ["v000000"], last);
            Assert.Equal(renamed ? "v000002" : "v000001", CheckpointSamples.Store(directory.Path).Write(CheckpointSamples.Draft("third")).Version);
            Assert.Empty(Directory.GetDirectories(directory["player"], ".*"));
        }
    }

    [Fact]
    public void Install_KilledAfterAnyStep_LeavesAWholeVersionOrNoneAndIsDoneAgain()
    {
        using var source = new TemporaryDirectory();
        CheckpointSamples.Store(source.Path, agent: "base").Write(CheckpointSamples.Draft());
        var checkpoint = source["base/v000000"];
        var steps = 0;
        using (var empty = new TemporaryDirectory())
        {
            CheckpointSamples.Store(empty.Path, _ => steps++).Install(checkpoint, "v000000");
        }

        Assert.True(steps > 5);
        for (var alive = 0; alive < steps; alive++)
        {
            using var directory = new TemporaryDirectory();
            var last = Crash(directory.Path, alive, store => store.Install(checkpoint, "v000000"));

            var renamed = last is "rename" or "flush parent";
            RequireWhole(directory.Path, renamed ? ["v000000"] : [], last);
            Assert.Equal(!renamed, CheckpointSamples.Store(directory.Path).Install(checkpoint, "v000000"));
            Assert.Empty(Directory.GetDirectories(directory["player"], ".*"));
        }
    }

    [Fact]
    public void Delete_KilledAfterAnyStep_LeavesAWholeVersionOrNoneAndNeverReusesItsName()
    {
        var steps = Steps(static store => store.Delete("v000000"));
        for (var alive = 0; alive < steps; alive++)
        {
            using var directory = new TemporaryDirectory();
            CheckpointSamples.Store(directory.Path).Write(CheckpointSamples.Draft("first"));
            var last = Crash(directory.Path, alive, static store => store.Delete("v000000"));

            RequireWhole(directory.Path, last == "take away" ? [] : ["v000000"], last);
            Assert.Equal("v000001", CheckpointSamples.Store(directory.Path).Write(CheckpointSamples.Draft("second")).Version);
            Assert.Empty(Directory.GetDirectories(directory["player"], ".*"));
        }
    }

    [Fact]
    public void Write_AVersion_MakesEachStepDurableBeforeTheNext()
    {
        using var directory = new TemporaryDirectory();
        var steps = new List<string>();

        CheckpointSamples.Store(directory.Path, steps.Add).Write(CheckpointSamples.Draft());

        Assert.Equal(
            [
                "create", "write config.json", "flush config.json", "write model.safetensors", "flush model.safetensors",
                "write manifest.json", "flush manifest.json", "flush directory", "rename", "flush parent",
            ],
            steps.Where((step, i) => i == 0 || steps[i - 1] != step));
    }

    /// <summary>How many steps a change takes, one version being there before.</summary>
    private static int Steps(Action<CheckpointStore> change)
    {
        using var directory = new TemporaryDirectory();
        CheckpointSamples.Store(directory.Path).Write(CheckpointSamples.Draft("first"));
        var steps = 0;
        change(CheckpointSamples.Store(directory.Path, _ => steps++));
        Assert.True(steps > 2);
        return steps;
    }

    /// <summary>Runs a change that dies right after some steps; returns the last of them.</summary>
    private static string Crash(string root, int alive, Action<CheckpointStore> change)
    {
        var last = "";
        var store = CheckpointSamples.Store(root, step =>
        {
            last = step;
            if (alive-- == 0)
            {
                throw new KilledException();
            }
        });
        Assert.Throws<KilledException>(() => change(store));
        return last;
    }

    private static void RequireWhole(string root, string[] versions, string last)
    {
        var store = CheckpointSamples.Store(root);
        Assert.True(versions.SequenceEqual(store.List().Select(manifest => manifest.Version)), $"after '{last}': {string.Join(", ", store.List().Select(m => m.Version))}");
        foreach (var version in versions)
        {
            store.Open(version);
        }
    }

    private sealed class KilledException : Exception;
}
