using Archer.Policy.Tensors;
using Microsoft.Extensions.Configuration;

namespace Archer.Trainer.Tests;

public sealed class TrainerSectionTests
{
    [Fact]
    public void Read_NothingConfigured_TrainsEveryAgent() =>
        Assert.Equal(["support", "sales"], Read().Select(options => options.Agent));

    [Theory]
    [InlineData("sales", "sales")]
    [InlineData("sales, support,sales", "sales,support")]
    [InlineData(" ", "")]
    public void Read_NamesOfAgents_AreTheOnesThatLearn(string names, string expected) =>
        Assert.Equal(expected.Split(','), Read(("Agent", names)).Select(options => options.Agent));

    [Fact]
    public void Read_SettingsOfOneAgent_StandOverThoseOfAll()
    {
        var trainers = Read(
            ("Threads", "2"), ("Learner:EpisodesPerIteration", "16"), ("Learner:Critic:BatchEpisodes", "4"),
            ("Agents:support:Learner:EpisodesPerIteration", "8"), ("Agents:sales:PublishEvery", "3"));

        Assert.Equal([("sales", 2, 3, 16, 4), ("support", 2, 1, 8, 4)], trainers.OrderBy(options => options.Agent).Select(options =>
            (options.Agent, options.Threads, options.PublishEvery, options.Learner.EpisodesPerIteration, options.Learner.Critic.BatchEpisodes)));
    }

    [Fact]
    public void Read_SwitchedOff_TrainsNobody()
    {
        Assert.Empty(Read(("Enabled", "false")));
        Assert.Equal(["sales"], Read(("Agent", "support,sales"), ("Agents:support:Enabled", "false")).Select(options => options.Agent));
    }

    [Fact]
    public void Read_Directories_AreOfTheProcess()
    {
        var options = Read(("PoliciesDirectory", "elsewhere"))[0];

        Assert.Equal((Path.Combine("here", "policies"), Path.Combine("here", "trainer")), (options.PoliciesDirectory, options.StateDirectory));
    }

    [Fact]
    public void Problems_SeveralAgents_NameTheirs()
    {
        Assert.Equal(["Archer:Trainer: Threads is 0, expected a positive number."], TrainerSection.Problems(Read(("Agent", "sales"), ("Threads", "0"))));
        Assert.Equal(
            ["Archer:Trainer: agent sales: Threads is 0, expected a positive number."],
            TrainerSection.Problems(Read(("Agent", "support,sales"), ("Agents:sales:Threads", "0"))));
    }

    [Fact]
    public void Problems_DeviceThatIsNotThere_SayWhyAndWhatToDo()
    {
        var reason = TensorBackends.WhyNot(TensorDevice.Cuda);

        Assert.Equal(
            reason is null ? [] : [$"Archer:Trainer: Device is Cuda, but {reason.TrimEnd('.')}, or set it to auto or cpu."],
            TrainerSection.Problems(Read(("Agent", "sales"), ("Device", "cuda"))));
        Assert.Empty(TrainerSection.Problems(Read(("Agent", "sales"), ("Device", "torch"))));
    }

    private static IReadOnlyList<TrainerOptions> Read(params (string Key, string Value)[] settings) => TrainerSection.Read(
        new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => new KeyValuePair<string, string?>($"Archer:Trainer:{setting.Key}", setting.Value)))
            .Build()
            .GetSection("Archer:Trainer"),
        "here",
        ["support", "sales"]);
}
