using Archer.Client.Conversations;
using Archer.Client.Policies;

namespace Archer.Testing.Http;

/// <summary>A conversation of <see cref="FakeSilo"/>.</summary>
public sealed class FakeConversation(string id, StartConversation start, int number = 0)
{
    private readonly List<UserMessage> _messages = [];
    private readonly List<TurnReply> _replies = [];

    public StartConversation Start => start;

    public EndConversation? Ended { get; set; }

    public IReadOnlyList<UserMessage> Messages => _messages;

    public IReadOnlyList<TurnReply> Replies => _replies;

    public string Id => id;

    /// <summary>Conversations that were there before it.</summary>
    public int Number => number;

    /// <summary>Sum of the rewards that the user reported.</summary>
    public float Return => _messages.Sum(message => message.Reward ?? 0) + (Ended?.Reward ?? 0);

    public TurnReply Say(UserMessage message, Func<FakeConversation, string> agent)
    {
        var known = message.Key is null ? -1 : _messages.FindIndex(earlier => earlier.Key == message.Key);
        if (known >= 0)
        {
            return _replies[known];
        }

        _messages.Add(message);
        var reply = new TurnReply
        {
            Conversation = id,
            Turn = _replies.Count,
            Text = agent(this),
            PolicyVersion = start.PolicyVersion ?? "v000002",
            Value = -1.5f,
            FinishReason = FinishReason.Stop,
            Tokens = 6,
            TurnsLeft = 63 - _replies.Count,
        };
        _replies.Add(reply);
        return reply;
    }

    public ConversationSummary Summary() => new()
    {
        Id = id,
        Status = Ended is null ? ConversationStatus.Open : ConversationStatus.Ended,
        Outcome = Ended?.Outcome,
        StartedAt = DateTimeOffset.UnixEpoch,
        Return = Ended is null ? null : Return,
        Turns = Ended is null ? null : _replies.Count,
        PolicyVersions = Ended is null ? [] : [.. _replies.Select(reply => reply.PolicyVersion).Distinct()],
        Simulated = start.Simulated,
        Split = start.Split ?? ReplaySplit.Train,
    };

    public ConversationView View() => new()
    {
        Id = id,
        Agent = start.Agent,
        Tenant = start.Tenant,
        User = start.User,
        Simulated = start.Simulated,
        Split = start.Split ?? ReplaySplit.Train,
        Status = Ended is null ? ConversationStatus.Open : ConversationStatus.Ended,
        Outcome = Ended?.Outcome,
        Sampling = new SamplingSettings(),
        TurnLimit = 64,
        StartedAt = DateTimeOffset.UnixEpoch,
        Return = Return,
        FinalUserText = Ended?.Text,
        Turns = [.. _replies.Select((reply, turn) => Turn(turn, reply))],
    };

    private TurnView Turn(int turn, TurnReply reply) => new()
    {
        Turn = turn,
        UserText = _messages[turn].Text,
        Text = reply.Text,
        PolicyVersion = reply.PolicyVersion,
        Value = reply.Value,
        FinishReason = reply.FinishReason,
        Tokens = reply.Tokens,
        Reward = turn < _messages.Count - 1 ? _messages[turn + 1].Reward : Ended?.Reward,
        Revision = 0,
        LogProbability = -1.25,
        Finished = turn < _replies.Count - 1,
        ActedAt = DateTimeOffset.UnixEpoch,
    };
}
