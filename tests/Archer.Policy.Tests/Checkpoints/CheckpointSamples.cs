using Archer.Policy.Checkpoints;

namespace Archer.Policy.Tests.Checkpoints;

/// <summary>Small versions to write.</summary>
internal static class CheckpointSamples
{
    public static readonly DateTimeOffset Now = new(2026, 11, 21, 3, 0, 0, TimeSpan.Zero);

    public static CheckpointStore Store(string root, Action<string>? step = null, string agent = "player") =>
        step is null ? new(root, agent, new FixedTime()) : new(root, agent, new FixedTime(), step);

    public static CheckpointDraft Draft(string text = "weights", string? parent = null) => new()
    {
        Files =
        [
            new("config.json", stream => stream.Write("{}"u8)),
            new("model.safetensors", stream => SafetensorsWriter.Write(stream, [new("w", [text.Length], text.Select(letter => (float)letter).ToArray())])),
        ],
        Step = text.Length,
        Parent = parent,
    };

    private sealed class FixedTime : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => Now;
    }
}
