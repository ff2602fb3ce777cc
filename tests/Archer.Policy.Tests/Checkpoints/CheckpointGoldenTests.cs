using System.Text.Json;
using Archer.Policy.Checkpoints;
using Archer.Policy.Tensors;

namespace Archer.Policy.Tests.Checkpoints;

/// <summary>
/// A checkpoint's files mean to others what they mean to us: logits that tests/golden/checkpoint.py computed from config.json and model.safetensors alone.
/// Who makes the base anew runs the script again.
/// </summary>
public sealed class CheckpointGoldenTests
{
    private static readonly string Base = Path.Combine(AppContext.BaseDirectory, "models", "twenty-questions-base");

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Logits_OfTheBasesFiles_EqualThoseOfAnotherReader(int index)
    {
        var golden = Load()[index];
        using var backend = TensorBackends.Cpu();
        using var policy = PolicyCheckpoint.Load(backend, CheckpointDirectory.Open(Base));
        using var step = backend.BeginStep(record: false);

        var logits = policy.Actor.Logits(policy.Actor.Hidden(new PackedTokens([golden.Ids]))).Values;

        var last = logits[^golden.Logits.Length..];
        Assert.Equal(golden.Ids.Length * golden.Logits.Length, logits.Length);
        for (var i = 0; i < last.Length; i++)
        {
            Assert.True(Math.Abs(golden.Logits[i] - last[i]) < 1e-4, $"logit {i}: expected {golden.Logits[i]}, got {last[i]}");
        }
    }

    private static List<Golden> Load() => JsonSerializer.Deserialize<List<Golden>>(
        File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "golden", "checkpoint.json")), JsonSerializerOptions.Web)!;

    private sealed record Golden(int[] Ids, double[] Logits);
}
