using Archer.Client.Agents;
using Archer.Client.Policies;
using Archer.Grains.Agents;

namespace Archer.Grains.Tests.Agents;

public sealed class AgentNumbersTests
{
    [Fact]
    public void TurnRate_SteadyTurns_IsTheirRate()
    {
        var time = new ManualTime();
        var rate = new TurnRate(time);
        Assert.Equal(0, rate.PerSecond);
        for (var turn = 0; turn < 300; turn++)
        {
            rate.Add(1);
            time.Advance(TimeSpan.FromMilliseconds(100));
        }

        Assert.Equal(10, rate.PerSecond);
    }

    [Fact]
    public void TurnRate_AfterAPause_ForgetsWhatIsOlderThanTenSeconds()
    {
        var time = new ManualTime();
        var rate = new TurnRate(time);
        for (var turn = 0; turn < 50; turn++)
        {
            rate.Add(1);
        }

        time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(10, rate.PerSecond);
        time.Advance(TimeSpan.FromSeconds(1_000));
        Assert.Equal(0, rate.PerSecond);
        rate.Add(1);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(0.1, rate.PerSecond);
    }

    [Fact]
    public void EpisodeWindow_MoreThanItsSize_IsTheMeanOfTheLast()
    {
        var window = new EpisodeWindow([]);
        for (var i = 0; i < 500; i++)
        {
            Assert.True(window.TryAdd(new EpisodeReturn($"c-{i}", i)));
        }

        Assert.Equal(Enumerable.Range(300, 200).Average(), window.Mean);
        Assert.False(window.TryAdd(new EpisodeReturn("c-499", 1_000)));
        Assert.Equal(window.Mean, new EpisodeWindow(window.ToImmutable()).Mean);
    }

    [Fact]
    public void Validate_EverythingWrong_NamesEveryProblem()
    {
        var agent = new AgentDefinition
        {
            Name = "Not Good",
            InitialVersion = "../up",
            TurnLimit = 0,
            IdleTimeoutSeconds = -1,
            HoldOutShare = 2,
            DefaultReward = float.NaN,
            MinimumReward = 2e6f,
            MaximumReward = float.NaN,
            Sampling = new SamplingSettings { Temperature = -1, TopK = -1, TopP = 0, MaxTokens = 0 },
        };

        Assert.Equal(
            [
                "agent Not Good: Name must be 1 to 64 lower-case letters, digits or hyphens",
                "agent Not Good: InitialVersion is \"../up\", expected v and a number of six digits, such as v000000",
                "agent Not Good: TurnLimit is 0, expected 1 to 10,000",
                "agent Not Good: IdleTimeoutSeconds is -1, expected 1 to 31,536,000",
                "agent Not Good: HoldOutShare is 2, expected 0 to 1",
                "agent Not Good: MinimumReward is 2000000, expected -1000000 to 1000000",
                "agent Not Good: MaximumReward is NaN, expected -1000000 to 1000000",
                "agent Not Good: DefaultReward is NaN, expected MinimumReward to MaximumReward, which are 2000000 and NaN",
                "agent Not Good: Sampling:Temperature is -1, expected 0 to 10",
                "agent Not Good: Sampling:TopK is -1, expected 0 or more",
                "agent Not Good: Sampling:TopP is 0, expected more than 0 and at most 1",
                "agent Not Good: Sampling:MaxTokens is 0, expected 1 to 4,096",
            ],
            AgentRules.Validate(agent));
        Assert.Empty(AgentRules.Validate(new AgentDefinition { Name = "twenty-questions" }));
    }

    [Theory]
    [InlineData(0, 5, 5, "MinimumReward is 5, expected less than MaximumReward, which is 5")]
    [InlineData(1_001, -1_000, 1_000, "DefaultReward is 1001, expected MinimumReward to MaximumReward, which are -1000 and 1000")]
    public void Validate_RewardRange_HoldsTheDefault(float reward, float minimum, float maximum, string expected) => Assert.Contains(
        $"agent a: {expected}",
        AgentRules.Validate(new AgentDefinition { Name = "a", DefaultReward = reward, MinimumReward = minimum, MaximumReward = maximum }));

    [Theory]
    [InlineData("v000012", true)]
    [InlineData("a.b_c-d", true)]
    [InlineData("..", false)]
    [InlineData(".hidden", false)]
    [InlineData("a/b", false)]
    [InlineData("v1\n", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void IsVersionName_OnlyWhatNamesOneDirectory(string? name, bool expected) => Assert.Equal(expected, AgentRules.IsVersionName(name));
}
