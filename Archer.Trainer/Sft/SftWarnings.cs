using System.Globalization;

namespace Archer.Trainer.Sft;

/// <summary>What tells, without knowing the task, that a cloned policy is too weak to learn from rewards; pure.</summary>
public static class SftWarnings
{
    /// <summary>Share of a uniform choice's surprise from which a policy speaks almost at random.</summary>
    public const double MaxUniformShare = 0.5;

    /// <summary>Probability of the end-of-turn token at the end of an utterance below which most utterances go on until the token limit.</summary>
    public const double MinStopProbability = 0.5;

    /// <summary>Fall of the validation loss over the last interval above which it has not settled.</summary>
    public const double MaxFall = 0.1;

    /// <summary>Warnings in words; none for a policy that is ready.</summary>
    /// <param name="before">The validation before the last; null when there was one only.</param>
    /// <param name="last">The last validation.</param>
    /// <param name="tokens">Tokens of the vocabulary.</param>
    public static IEnumerable<string> Of(SftProgress? before, SftProgress last, int tokens)
    {
        var uniform = Math.Log(tokens);
        if (!(last.ValidationLoss < MaxUniformShare * uniform))
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"the policy still speaks almost at random: {last.ValidationLoss:F2} nats per token, where a random choice has {uniform:F2}. Give it more steps, conversations or layers before it learns from rewards");
        }

        var stop = Math.Exp(-last.ValidationStopLoss);
        if (!(stop >= MinStopProbability))
        {
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"the policy does not know when to stop: it ends an utterance where it should with a probability of {stop:F2}, so most replies will be cut off by the token limit. Give it more steps");
        }

        if (before is { } earlier && last.ValidationLoss < (1 - MaxFall) * earlier.ValidationLoss)
        {
            yield return string.Create(
                CultureInfo.InvariantCulture, $"the validation loss still falls ({earlier.ValidationLoss:F2} at step {earlier.Step}, {last.ValidationLoss:F2} now): more steps would help");
        }
    }
}
