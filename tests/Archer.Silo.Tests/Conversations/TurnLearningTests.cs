using Archer.Client.Conversations;
using Archer.Client.Policies;
using Archer.Silo.Conversations;

namespace Archer.Silo.Tests.Conversations;

public sealed class TurnLearningTests
{
    [Fact]
    public void Advantages_LambdaOneAndTerminated_AreReturnsMinusValues()
    {
        var view = View(ConversationOutcome.Terminated, (-3, -1), (-2, -1), (-1, 0));

        Assert.Equal([1f, 1f, 1f], TurnLearning.Advantages(view, discount: 1, lambda: 1));
    }

    [Fact]
    public void Advantages_Truncated_LastTurnOnlyLendsItsValue()
    {
        var view = View(ConversationOutcome.Truncated, (-3, -1), (-2, -1), (-1, null));

        Assert.Equal([0f, 0f], TurnLearning.Advantages(view, discount: 1, lambda: 0));
    }

    [Fact]
    public void Advantages_OpenWithOneTurn_AreNone() => Assert.Empty(TurnLearning.Advantages(View(null, (-3, null)), 1, 1));

    [Fact]
    public void Advantages_WithoutTurns_AreNone() => Assert.Empty(TurnLearning.Advantages(View(ConversationOutcome.Truncated), 1, 1));

    [Fact]
    public void Advantages_VersionWithoutCritic_AreNone() =>
        Assert.Empty(TurnLearning.Advantages(View(ConversationOutcome.Terminated, (-3, -1), (null, 0)), 1, 1));

    private static ConversationView View(ConversationOutcome? outcome, params (float? Value, float? Reward)[] turns) => new()
    {
        Id = "c",
        Agent = "quiz",
        Tenant = "",
        User = "",
        Simulated = false,
        Split = ReplaySplit.Train,
        Status = outcome is null ? ConversationStatus.Open : ConversationStatus.Ended,
        Outcome = outcome,
        Sampling = new SamplingSettings(),
        TurnLimit = 20,
        StartedAt = DateTimeOffset.UnixEpoch,
        Return = 0,
        Turns = [.. turns.Select((turn, index) => new TurnView
        {
            Turn = index,
            UserText = "No.",
            Text = "Is it a dog?",
            PolicyVersion = "v000000",
            Value = turn.Value,
            Reward = turn.Reward,
            FinishReason = FinishReason.Stop,
            Tokens = 6,
            Revision = 0,
            Finished = true,
            ActedAt = DateTimeOffset.UnixEpoch,
        })],
    };
}
