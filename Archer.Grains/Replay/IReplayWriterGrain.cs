namespace Archer.Grains.Replay;

/// <summary>Takes finished transitions from one shard of the stream to the replay store; its key is the shard's number.</summary>
[Alias("archer.replay-writer-grain")]
public interface IReplayWriterGrain : IGrainWithStringKey;
