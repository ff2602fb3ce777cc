using System.Collections.Immutable;
using System.Globalization;
using Archer.Client.Policies;
using Archer.Replay;

namespace Archer.Testing.Replay;

/// <summary>Replay rows for tests.</summary>
public static class ReplayRows
{
    /// <summary>Turns of a numbered conversation.</summary>
    public const int TurnsPerConversation = 5;

    /// <summary>A row whose contents follow from its key.</summary>
    public static ReplayRow Of(string conversation, int turn, int revision = 0, float reward = -1) => new()
    {
        Key = new ReplayKey(conversation, turn, revision),
        UserText = turn == 0 ? "Let's play." : "Yes.",
        PromptTokenIds = [1, 7 + turn, 300, 2],
        Utterance = new Utterance
        {
            Text = $"Is it question {turn}?",
            TokenIds = [40, 41, 511, 3],
            LogProbabilities = [-0.5f, -1.25f, -0.125f * turn, -3f],
            PolicyVersion = "v000012",
            FinishReason = FinishReason.Stop,
            Value = -4.5f,
            Sampling = new SamplingSettings { Seed = 0xFEDC_BA98_7654_3210 },
        },
        Reward = reward,
        ActedAt = new DateTimeOffset(2026, 11, 21, 3, 0, turn % 60, TimeSpan.Zero),
    };

    /// <summary>Row number n of an endless sequence of conversations of five turns.</summary>
    public static ReplayRow Numbered(int number) =>
        Of((number / TurnsPerConversation).ToString("D8", CultureInfo.InvariantCulture), number % TurnsPerConversation);

    /// <summary>The number that <see cref="Numbered"/> had.</summary>
    public static int NumberOf(ReplayRow row) =>
        (int.Parse(row.Key.Conversation, CultureInfo.InvariantCulture) * TurnsPerConversation) + row.Key.Turn;

    /// <summary>All turns of a conversation.</summary>
    public static ImmutableArray<ReplayRow> Episode(string conversation, int turns) =>
        [.. Enumerable.Range(0, turns).Select(turn => Of(conversation, turn))];
}
