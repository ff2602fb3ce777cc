using System.Collections.Immutable;
using Archer.Policy.Text;

namespace Archer.Trainer.Episodes;

/// <summary>
/// The one door into the learner. What is impossible is marked and teaches nothing, rewards are clipped, and both are noticed. Healthy episodes pass
/// unchanged.
/// </summary>
public sealed class EpisodeIntake
{
    private readonly List<IntakeNotice> _notices = [];

    /// <summary>Tokenises the user's last words of episodes that were cut off after them; without it they are not bootstrapped from.</summary>
    public ChatTemplate? Template { get; init; }

    /// <summary>Most tokens that the model reaches: last words that go beyond are not bootstrapped from either, whoever said them.</summary>
    public int Positions { get; init; } = int.MaxValue;

    /// <summary>Token ids that the model knows.</summary>
    public int Vocabulary { get; init; } = int.MaxValue;

    /// <summary>Rewards are clipped to [−limit, limit], in the task's units.</summary>
    public float RewardLimit { get; init; } = float.MaxValue;

    /// <summary>Whether a conversation is quarantined. Default none.</summary>
    public Func<string, bool> IsQuarantined { get; init; } = static _ => false;

    /// <summary>Checks and completes an episode.</summary>
    public Episode Admit(Episode episode)
    {
        var defect = Defect(episode);
        var admitted = WithClippedRewards(episode with { Defect = defect });
        if (defect is { } found)
        {
            _notices.Add(new IntakeNotice(episode.Conversation, IntakeNoticeKind.Refused, found.Name(), episode.Turns.Length));
            return admitted;
        }

        if (admitted.OtherSampling is { } reason)
        {
            _notices.Add(new IntakeNotice(episode.Conversation, IntakeNoticeKind.OtherSampling, reason, episode.Turns.Length));
        }

        return WithFinalPrompt(admitted);
    }

    /// <summary>A row that belongs to no turn was dropped.</summary>
    internal void Drop(string conversation, EpisodeDefect defect) =>
        _notices.Add(new IntakeNotice(conversation, IntakeNoticeKind.Refused, defect.Name(), 1));

    /// <summary>What was noticed since the last call, oldest first.</summary>
    public ImmutableArray<IntakeNotice> TakeNotices()
    {
        var taken = _notices.ToImmutableArray();
        _notices.Clear();
        return taken;
    }

    private EpisodeDefect? Defect(Episode episode) =>
        IsQuarantined(episode.Conversation) ? EpisodeDefect.Quarantined
        : episode.Defect is { } defect ? defect
        : episode.TokenIds.Length > Positions ? EpisodeDefect.TooLong
        : episode.TokenIds.All(id => id >= 0 && id < Vocabulary) ? null
        : EpisodeDefect.TokenId;

    /// <summary>A reward that is no number has no place in a mean either.</summary>
    private Episode WithClippedRewards(Episode episode)
    {
        if (episode.Turns.All(turn => MathF.Abs(turn.Reward) <= RewardLimit))
        {
            return episode;
        }

        var clipped = episode.Turns.Count(turn => MathF.Abs(turn.Reward) > RewardLimit);
        if (episode.Defect is null)
        {
            _notices.Add(new IntakeNotice(episode.Conversation, IntakeNoticeKind.RewardClipped, "reward_clipped", clipped));
        }

        return episode with { Turns = [.. episode.Turns.Select(turn => turn with { Reward = Clip(turn.Reward) })] };
    }

    private float Clip(float reward) => float.IsFinite(reward) ? Math.Clamp(reward, -RewardLimit, RewardLimit) : 0;

    private Episode WithFinalPrompt(Episode episode)
    {
        if (Template is null || episode.End != EpisodeEnd.TruncatedAfterReply || string.IsNullOrEmpty(episode.FinalUserText))
        {
            return episode;
        }

        var last = episode.Turns[^1];
        var utterance = episode.TokenIds.AsSpan(last.UtteranceStart, last.UtteranceLength);
        var prompt = Template.PromptDelta([ChatMessage.User(episode.FinalUserText)], utterance);
        return episode.TokenIds.Length + prompt.Length <= Positions ? episode with { FinalPromptIds = prompt } : episode;
    }
}
