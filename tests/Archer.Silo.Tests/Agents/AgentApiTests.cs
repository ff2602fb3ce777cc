using System.Net;
using Archer.Client;
using Archer.Silo.Tests.Http;
using Archer.Testing.Grains;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Archer.Silo.Tests.Agents;

public sealed class AgentApiTests(SiloFixture silo) : IClassFixture<SiloFixture>
{
    [Fact]
    public async Task Versions_AnnounceServeRollback_MoveThePointer()
    {
        var announced = await silo.PostAsync("/v1/agents/quiz/versions", """{"version":"v000001","step":5,"first_position":1,"last_position":9}""").JsonAsync();
        Assert.Equal(("v000001", "v000000"), (announced.GetProperty("current").GetString(), announced.GetProperty("previous").GetString()));

        var served = await silo.PostAsync("/v1/agents/quiz/serve", """{"candidate":"v000002","canary_share":0.5}""").JsonAsync();
        Assert.Equal(("v000001", "v000002"), (served.GetProperty("current").GetString(), served.GetProperty("candidate").GetString()));

        var back = await silo.Http.PostAsync("/v1/agents/quiz/rollback", null).JsonAsync();
        Assert.Equal("v000000", back.GetProperty("current").GetString());
        var listed = await silo.Http.GetAsync("/v1/agents").JsonAsync();
        Assert.Equal("quiz", Assert.Single(listed.GetProperty("agents").EnumerateArray()).GetProperty("name").GetString());
        Assert.Equal(back.GetRawText(), (await silo.Http.GetAsync("/v1/agents/quiz").JsonAsync()).GetRawText());
    }

    [Fact]
    public async Task Versions_Refused_Is422()
    {
        silo.Policy.Refused["v000099"] = "model.safetensors is damaged";

        var problem = await silo.PostAsync("/v1/agents/quiz/versions", """{"version":"v000099"}""").ProblemAsync(422, ProblemTypes.VersionRefused);

        Assert.Equal("model.safetensors is damaged", problem.Detail);
    }

    [Fact]
    public async Task Versions_FilesGone_AreMarkedAndRefusedInASentence()
    {
        await using var other = new ImpatientSilo();
        await other.InitializeAsync();
        await other.PostAsync("/v1/agents/quiz/versions", """{"version":"v000001"}""").JsonAsync();
        var announced = await other.PostAsync("/v1/agents/quiz/versions", """{"version":"v000002"}""").JsonAsync();
        Assert.False(announced.GetProperty("versions")[0].TryGetProperty("servable", out _));
        Assert.False((await other.Http.GetAsync("/v1/agents/quiz").JsonAsync()).GetProperty("versions")[0].TryGetProperty("servable", out _));
        other.Policy.Available = ["v000002", "v000000"];

        var read = await other.Http.GetAsync("/v1/agents/quiz").JsonAsync();
        var listed = await other.Http.GetAsync("/v1/agents?versions=1").JsonAsync();
        var problem = await other.PostAsync("/v1/agents/quiz/serve", """{"version":"v000001"}""").ProblemAsync(422, ProblemTypes.VersionRefused);
        var unknown = await other.PostAsync("/v1/agents/quiz/serve", """{"version":"v000009"}""").ProblemAsync(422, ProblemTypes.VersionRefused);

        Assert.Equal([false, true], read.GetProperty("versions").EnumerateArray().Select(version => version.GetProperty("servable").GetBoolean()));
        Assert.True(Assert.Single(listed.GetProperty("agents")[0].GetProperty("versions").EnumerateArray()).GetProperty("servable").GetBoolean());
        Assert.Equal(
            $"Version v000001 of agent quiz was announced at {read.GetProperty("versions")[0].GetProperty("announced_at").GetDateTimeOffset():O}, but its files are gone: "
            + "a trainer keeps the newest versions only. GET /v1/agents/quiz tells which are servable.",
            problem.Detail);
        Assert.Equal("The model 'quiz@v000009' does not exist.", unknown.Detail);
        other.Policy.Resident = "v000001";
        Assert.Equal(
            problem.Detail, (await other.PostAsync("/v1/agents/quiz/serve", """{"version":"v000001"}""").ProblemAsync(422, ProblemTypes.VersionRefused)).Detail);
        Assert.Equal("v000002", (await other.Http.GetAsync("/v1/agents/quiz").JsonAsync()).GetProperty("current").GetString());
    }

    [Fact]
    public async Task Trainers_TheLaterOne_HasTheEarlierRefusedWith409()
    {
        await using var other = new ImpatientSilo();
        await other.InitializeAsync();
        var first = await other.PostAsync("/v1/agents/quiz/trainers", """{"run":"a"}""").JsonAsync();
        var second = await other.PostAsync("/v1/agents/quiz/trainers", """{"run":"b","seen_epoch":4}""").JsonAsync();
        Assert.Equal((1, 5), (first.GetProperty("epoch").GetInt64(), second.GetProperty("epoch").GetInt64()));

        await other.PostAsync("/v1/agents/quiz/versions", """{"version":"v000001","epoch":1}""").ProblemAsync(409, ProblemTypes.TrainerSuperseded);
        await other.PostAsync("/v1/agents/quiz/learner", """{"run":"a","step":0,"episodes_consumed":0,"epoch":1}""").ProblemAsync(409, ProblemTypes.TrainerSuperseded);
        await other.PostAsync("/v1/agents/quiz/learner", """{"run":"a","step":0,"episodes_consumed":0}""").ProblemAsync(409, ProblemTypes.TrainerSuperseded);

        var announced = await other.PostAsync("/v1/agents/quiz/versions", """{"version":"v000001","epoch":5}""").JsonAsync();
        Assert.Equal(5, announced.GetProperty("versions")[0].GetProperty("epoch").GetInt64());
    }

    [Fact]
    public async Task Learner_Report_ShowsInTheMetrics()
    {
        const string report = """{"run":"r","step":7,"episodes_consumed":0,"critic_loss":0.25,"actor_loss":-0.5,"samples_per_insert":4}""";

        var receipt = await silo.PostAsync("/v1/agents/quiz/learner", report).JsonAsync();
        var metrics = await silo.Http.GetAsync("/v1/agents/quiz/metrics").JsonAsync();

        Assert.Equal(0, receipt.GetProperty("waiting").GetInt32());
        Assert.Equal((7, 0.25, -0.5, 4), (
            metrics.GetProperty("learner_step").GetInt64(),
            metrics.GetProperty("critic_loss").GetDouble(),
            metrics.GetProperty("actor_loss").GetDouble(),
            metrics.GetProperty("samples_per_insert").GetDouble()));
        foreach (var name in new[] { "conversations", "policy_version", "turns_per_second", "replay_rows" })
        {
            Assert.True(metrics.TryGetProperty(name, out _), name);
        }
    }

    [Fact]
    public async Task Start_SimulatedWhileTheLearnerLags_Is429WithRetryAfter()
    {
        await using var other = new ImpatientSilo();
        await other.InitializeAsync();
        await other.PostAsync("/v1/agents/quiz/learner", """{"run":"r","step":0,"episodes_consumed":0,"maximum_lag":1}""").JsonAsync();
        await other.PostAsync("/v1/conversations", """{"agent":"quiz","simulated":true}""").JsonAsync(HttpStatusCode.Created);

        var problem = await other.PostAsync("/v1/conversations", """{"agent":"quiz","simulated":true}""").ProblemAsync(429, ProblemTypes.LearnerLags);

        Assert.Equal(1, problem.RetryAfterSeconds);
        await other.PostAsync("/v1/conversations", """{"agent":"quiz"}""").JsonAsync(HttpStatusCode.Created);
    }

    [Fact]
    public async Task Stop_WhileASimulatedUserWaitsForTheLearner_WaitsForNobody()
    {
        await using var other = new PatientSilo();
        await other.InitializeAsync();
        var waiting = other.PostAsync("/v1/conversations", """{"agent":"quiz","simulated":true}""");
        await Eventually.TrueAsync(
            async () => (await other.Http.GetAsync("/v1/agents/quiz/metrics").JsonAsync()).GetProperty("waiting").GetInt32() == 1, "the user waits");

        other.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();

        // Half of the time for which it would have waited.
        var problem = await waiting.WaitAsync(TimeSpan.FromSeconds(14)).ProblemAsync(503, ProblemTypes.SiloUnavailable);
        Assert.NotNull(problem.RetryAfterSeconds);
    }

    private sealed class PatientSilo : SiloFixture, IAsyncDisposable
    {
        protected override IEnumerable<KeyValuePair<string, string?>> Settings =>
            [new("Archer:AgentHost:AdmissionTimeout", "00:00:29"), GrainPlatform.AgentSetting("ExpectLearner", "true")];

        async ValueTask IAsyncDisposable.DisposeAsync() => await DisposeAsync();
    }

    private sealed class ImpatientSilo : SiloFixture, IAsyncDisposable
    {
        protected override IEnumerable<KeyValuePair<string, string?>> Settings => [new("Archer:AgentHost:AdmissionTimeout", "00:00:00.020")];

        async ValueTask IAsyncDisposable.DisposeAsync() => await DisposeAsync();
    }
}
