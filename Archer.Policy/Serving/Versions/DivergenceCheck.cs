using Archer.Client;
using Archer.Policy.Generation;

namespace Archer.Policy.Serving.Versions;

/// <summary>Has a version read one token when it is loaded: intact files may still hold a policy that diverged.</summary>
internal static class DivergenceCheck
{
    /// <exception cref="VersionRefusedException">A logit or the value is not finite.</exception>
    public static void Run(ResidentPolicy policy)
    {
        BatchRow[] rows = [new BatchRow(policy.Template.StopId, Slot: 0, Position: 0, Output: true)];
        using var session = policy.Model.Open(slots: 1, rows: 1);
        var logits = new float[policy.Model.VocabularySize];
        session.Decode(rows, logits);
        Require(policy, "logits", logits);
        if (policy.Model.HasCritic)
        {
            var value = new float[1];
            session.Evaluate(rows, value);
            Require(policy, "value", value);
        }
    }

    private static void Require(ResidentPolicy policy, string what, float[] numbers)
    {
        if (numbers.FirstOrDefault(number => !float.IsFinite(number), 0f) is var wrong && wrong != 0f)
        {
            throw new VersionRefusedException(
                $"Version {policy.Version} of agent '{policy.Agent}' was refused: its {what} after one token should be finite, found {wrong}. "
                + "It has diverged; use another version.");
        }
    }
}
