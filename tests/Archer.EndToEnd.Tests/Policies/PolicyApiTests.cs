using System.Net.Http.Json;
using System.Text.Json;
using Archer.Client.Agents;
using Archer.Client.Http;
using Archer.Client.Policies;
using Archer.EndToEnd.Tests.Processes;
using Archer.Policy.Checkpoints;
using Archer.Policy.Tensors;
using Archer.Testing;
using Archer.Testing.Grains;

namespace Archer.EndToEnd.Tests.Policies;

/// <summary>The policy server's API beside the silo's, in one process.</summary>
[Collection(nameof(Processes))]
[Trait("Category", "Slow")]
public sealed class PolicyApiTests
{
    private const string Agent = "twenty-questions";

    [Fact]
    public async Task SharedProcess_UnqualifiedName_IsWhatTheAgentServes()
    {
        using var directory = new TemporaryDirectory();
        await using var silo = await SiloProcess.StartAsync(
            directory.Path, SiloProcess.FreePort(), "--Archer:Trainer:Enabled=false", "--Archer:Demo:Users=0", "--Archer:StatusSeconds=0");
        using var client = new ArcherClient(new ArcherClientOptions { Url = silo.Url });
        using var http = new HttpClient { BaseAddress = silo.Url };
        Assert.Equal(PolicyVersionName.Of(0), await AskAsync(http));
        var published = Publish(Path.Combine(directory.Path, "policies"));

        // The newest on disk is not what serves.
        Assert.Equal(PolicyVersionName.Of(0), await AskAsync(http));
        await client.AnnounceAsync(Agent, new AnnounceVersion { Version = published });
        await Eventually.TrueAsync(async () => await AskAsync(http) == published, "the published version answers");
        await client.RollBackAsync(Agent);
        await Eventually.TrueAsync(async () => await AskAsync(http) == PolicyVersionName.Of(0), "the version before it answers again");
    }

    [Fact]
    public async Task SharedProcess_UnknownAddresses_AnswerInTheFormatOfTheirApi()
    {
        using var directory = new TemporaryDirectory();
        await using var silo = await SiloProcess.StartAsync(
            directory.Path, SiloProcess.FreePort(), "--Archer:Trainer:Enabled=false", "--Archer:Demo:Users=0", "--Archer:StatusSeconds=0");
        using var http = new HttpClient { BaseAddress = silo.Url };

        using var ofSilo = await http.PostAsJsonAsync("v1/chat/completions", new { });
        using var ofPolicy = await http.PostAsJsonAsync("policy/v1/embeddings", new { });
        using var foreign = new HttpRequestMessage(HttpMethod.Post, $"policy/v1/policies/{Agent}/versions/v000000/load") { Headers = { { "Origin", "http://evil.example" } } };
        using var refused = await http.SendAsync(foreign);

        Assert.Equal((404, 404, 403), ((int)ofSilo.StatusCode, (int)ofPolicy.StatusCode, (int)refused.StatusCode));
        Assert.False((await ofSilo.Content.ReadFromJsonAsync<JsonElement>()).TryGetProperty("error", out _));
        Assert.Equal("not-found", await CodeAsync(ofPolicy));
        Assert.Equal("foreign-page", await CodeAsync(refused));
    }

    private static async Task<string?> CodeAsync(HttpResponseMessage answer) =>
        (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("error").GetProperty("code").GetString();

    private static async Task<string?> AskAsync(HttpClient http)
    {
        using var answer = await http.PostAsJsonAsync("policy/v1/chat/completions", new { model = Agent, messages = new[] { new { role = "user", content = "Let's play." } } });
        var reply = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.True(answer.IsSuccessStatusCode, reply.ToString());
        return reply.GetProperty("policy_version").GetString();
    }

    private static string Publish(string policies)
    {
        using var backend = TensorBackends.Cpu();
        var store = new CheckpointStore(policies, Agent, TimeProvider.System);
        using var policy = PolicyCheckpoint.Load(backend, store.Open(PolicyVersionName.Of(0)));
        return store.Write(new CheckpointDraft { Files = PolicyCheckpoint.Files(policy.Actor, policy.Critic, policy.Tokenizer) }).Version;
    }
}
