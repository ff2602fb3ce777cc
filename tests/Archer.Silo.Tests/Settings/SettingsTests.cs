using Archer.Hosting.Settings;
using Archer.Silo.Composition;
using Archer.Silo.Settings;
using Archer.Testing;

namespace Archer.Silo.Tests.Settings;

public sealed class SettingsTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Start_EverythingWrong_TellsEveryProblemOfEveryOptionsTypeAtOnce()
    {
        var problems = Start(
            "--Archer:StatusSeconds=-1",
            "--Archer:MaxBodyBytes=many",
            "--Archer:Conversation:ResendAfter=00:00:01",
            "--Archer:Conversations:ResendAfter=soon",
            "--Archer:Conversations:WatchConcurrency=0",
            "--Archer:AgentHost:AdmissionTimeout=01:00:00",
            "--Archer:PolicyClient:Retrys=1",
            "--Archer:PolicyClient:Retries=11",
            "--Archer:Agents:quiz:TurnLimits=3",
            "--Archer:Agents:quiz:TurnLimit=0",
            "--Archer:Agents:quiz:Sampling:TopP=2",
            "--Archer:Demo:Users=-3",
            "--Archer:Policy:KeepVersions=0",
            "--Archer:Trainer=false",
            "--Archer:Trainer:Threads=0",
            "--Archer:Trainer:Learner:Critic:Heads=lots",
            "--Archer:Zebra=1");

        Assert.Subset(problems.ToHashSet(), new HashSet<string>
        {
            "Archer: StatusSeconds is -1, expected 0 to 86,400.",
            "Archer:MaxBodyBytes is \"many\", expected a whole number.",
            "Unknown setting Archer:Conversation; did you mean Conversations?",
            "Archer:Conversations:ResendAfter is \"soon\", expected a time such as 00:00:02.500.",
            "Archer:Conversations: WatchConcurrency is 0, expected 1 or more.",
            "Archer:AgentHost: AdmissionTimeout is 01:00:00, expected at least zero and less than 00:00:30.",
            "Unknown setting Archer:PolicyClient:Retrys; did you mean Retries?",
            "Archer:PolicyClient: Retries is 11, expected 0 to 10.",
            "Unknown setting Archer:Agents:quiz:TurnLimits; did you mean TurnLimit?",
            "Archer:Agents: agent quiz: TurnLimit is 0, expected 1 to 10,000.",
            "Archer:Agents: agent quiz: Sampling:TopP is 2, expected more than 0 and at most 1.",
            "Unknown setting Archer:Zebra.",
        });
        Assert.All(StackSettings.RoleProblems, start => Assert.Contains(problems, problem => problem.StartsWith(start, StringComparison.Ordinal)));
        Assert.Equal(StackSettings.RoleProblems.Count > 0, problems.Any(problem => problem.StartsWith("Archer:Trainer", StringComparison.Ordinal)));
        Assert.DoesNotContain(problems, problem => problem.Contains("ResendAfter is 00:00:00", StringComparison.Ordinal));
        Assert.Equal(problems.Count, problems.Distinct().Count());
        Assert.False(Directory.Exists(_directory["state"]) && Directory.EnumerateFiles(_directory["state"]).Any());
    }

    [Theory]
    [InlineData("Archer:Policy")]
    [InlineData("Archer:Trainer")]
    public void RolesOfTheirOwn_KnowEverySettingOfTheSilo_SoThatAFileMayServeAll(string section) => Assert.Empty(
        SiloSettings.Create().Names.Append("Policy").Append("Trainer").Append("Demo").Except(RoleSettings.Of(section).Names, StringComparer.OrdinalIgnoreCase));

    [Fact]
    public void Start_EmptyDataDirectory_IsAProblemLikeOthers() => Assert.Equal(
        ["Archer: DataDirectory is empty, expected a directory."], Start("--Archer:DataDirectory= "));

    [Fact]
    public void Start_MistypedOptions_AreToldTogether() => Assert.Equal(
        ["Unknown option --StatusSeconds; did you mean --Archer:StatusSeconds?", "Unknown option --Loging:LogLevel:Default.", "Unknown setting Archer:DataDirctory; did you mean DataDirectory?"],
        Start("--StatusSeconds", "5", "--Loging:LogLevel:Default=Debug", "--Archer:DataDirctory", "x"));

    private IReadOnlyList<string> Start(params string[] arguments)
    {
        var failure = Assert.ThrowsAny<Exception>(() => SiloProcess.Build([$"--Archer:DataDirectory={_directory.Path}", "--urls=http://127.0.0.1:0", .. StackSettings.Needed, .. arguments]));
        return StartupProblems.Of(failure) ?? throw failure;
    }
}
