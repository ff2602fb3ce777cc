using Archer.Client.Conversations;
using Archer.Grains.History;
using Archer.Trainer.Learning;

namespace Archer.Silo.Conversations;

/// <summary>What the learner makes of a conversation's turns, from what was recorded when they were acted.</summary>
internal static class TurnLearning
{
    /// <summary>The conversation with advantages and replays, as far as its agent's learner has told.</summary>
    public static async Task<ConversationView> DescribeAsync(ConversationView view, IGrainFactory grains)
    {
        var learning = await grains.GetGrain<IAgentHistoryGrain>(view.Agent).DescribeAsync(view.Id);
        var advantages = learning is { Discount: { } discount, Lambda: { } lambda } ? Advantages(view, (float)discount, (float)lambda) : [];
        return view with
        {
            Turns = [.. view.Turns.Select((turn, index) => turn with
            {
                Advantage = index < advantages.Length ? advantages[index] : null,
                Replays = learning.Replays,
            })],
        };
    }

    /// <summary>
    /// Generalised advantages with a whole utterance as one action (<see cref="Returns.GeneralizedAdvantages"/>), from the values that the critics
    /// of the acting versions gave. A conversation that has not terminated lends the last turn's value as the bootstrap of the turn before: what
    /// came after the last utterance is not known. Shape: one per turn that has an advantage, from the first; none when a value is missing.
    /// </summary>
    internal static float[] Advantages(ConversationView view, float discount, float lambda)
    {
        var known = view.Outcome == ConversationOutcome.Terminated ? view.Turns.Length : view.Turns.Length - 1;
        if (known <= 0 || view.Turns.Any(turn => turn.Value is null))
        {
            return [];
        }

        float[] rewards = [.. view.Turns.Take(known).Select(turn => turn.Reward ?? 0)];
        float[] values = [.. view.Turns.Select(turn => turn.Value!.Value), .. known == view.Turns.Length ? [0f] : Array.Empty<float>()];
        var advantages = new float[known];
        Returns.GeneralizedAdvantages(rewards, values, discount, lambda, advantages);
        return advantages;
    }
}
