using Archer.Client;
using Archer.Policy.Checkpoints;
using Archer.Testing;

namespace Archer.Trainer.Tests;

public sealed class TrainingLedgerTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    [Fact]
    public void Fail_OnOverlappingBatches_QuarantinesWhatTheyShare()
    {
        var ledger = Open();

        Assert.Empty(ledger.Fail(5, ["a", "b", "c"]));
        Assert.Equal(["c"], ledger.Fail(5, ["c", "d"]));

        var again = Open();
        Assert.Equal([false, false, true, false], new[] { "a", "b", "c", "d" }.Select(again.IsQuarantined));
    }

    [Theory]
    [InlineData(4, true)]
    [InlineData(5, false)]
    public void Succeed_AtTheStepThatFailed_ClearsTheSuspects(long step, bool quarantined)
    {
        var ledger = Open();
        ledger.Fail(5, ["a"]);
        ledger.Succeed(step);
        ledger.Fail(6, ["a"]);

        Assert.Equal(quarantined, ledger.IsQuarantined("a"));
    }

    [Fact]
    public void Publish_OfASupersededTrainer_IsRefused()
    {
        var old = new CheckpointStore(_directory.Path, "agent", TimeProvider.System);
        old.Claim(1);
        var ledger = TrainingLedger.Open(old, out _);
        ledger.Publish(3);
        new CheckpointStore(_directory.Path, "agent", TimeProvider.System).Claim(2);

        Assert.Throws<TrainerSupersededException>(() => ledger.Publish(4));
        Assert.Equal(3, Open().PublishedStep);
    }

    public void Dispose() => _directory.Dispose();

    private TrainingLedger Open()
    {
        var ledger = TrainingLedger.Open(new CheckpointStore(_directory.Path, "agent", TimeProvider.System), out var damage);
        Assert.Null(damage);
        return ledger;
    }
}
