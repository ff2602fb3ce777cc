using Archer.Client.Agents;
using Archer.Silo.Status;

namespace Archer.Silo.Tests.Status;

public sealed class StatusLineTests
{
    [Fact]
    public void Format_AllNumbers_IsOneLine()
    {
        var metrics = new AgentMetrics
        {
            Agent = "quiz",
            Conversations = 1234,
            MeanReturnLast200 = -6.4159,
            PolicyVersion = "v000012",
            TurnsPerSecond = 211.6,
            ReplayRows = 9120,
            CriticLoss = 0.12345,
            LearnerStep = 19,
            EpisodesConsumed = 1216,
            LearnerLag = 18,
            Waiting = 0,
        };

        Assert.Equal(
            "quiz  conversations 1,234  mean return (last 200) -6.42  policy v000012  turns/s 212  replay rows 9,120  critic loss 0.1235  actor loss –",
            StatusLine.Format(metrics));
        Assert.Contains("  policy v000012 (for v000013)  turns/s", StatusLine.Format(metrics with { FallbackFrom = "v000013" }), StringComparison.Ordinal);
    }
}
