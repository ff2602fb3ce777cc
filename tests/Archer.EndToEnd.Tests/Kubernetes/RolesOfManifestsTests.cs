using System.Net;
using Archer.Client.Conversations;

namespace Archer.EndToEnd.Tests.Kubernetes;

/// <summary>The manifests' settings, started: probes are answered, a new volume gets its base, and an application's conversation goes through silo and policy server.</summary>
[Collection(nameof(Processes))]
[Trait("Category", "Slow")]
public sealed class RolesOfManifestsTests
{
    [KubernetesFact]
    public async Task EmptyVolume_GetsItsBaseOnce_AndMakesThePolicyReady()
    {
        await using var roles = new RolesOfManifests();
        using var http = new HttpClient { BaseAddress = await roles.StartPolicyAsync() };
        using var before = await http.GetAsync("/health/ready");

        var first = await roles.InstallAsync();
        var second = await roles.InstallAsync();

        Assert.Equal(HttpStatusCode.ServiceUnavailable, before.StatusCode);
        Assert.Equal("Agent twenty-questions begins with version v000000.", first.Trim());
        Assert.Equal("Agent twenty-questions has version v000000 or a later one: nothing to do.", second.Trim());
        Assert.Equal("ready", await http.GetStringAsync("/health/ready"));
    }

    [RolesFact]
    public async Task Roles_WithTheirSettings_AnswerTheirProbesAndHoldAConversation()
    {
        await using var roles = new RolesOfManifests();
        await roles.InstallAsync();
        var policy = await roles.StartPolicyAsync();
        var addresses = new Dictionary<string, Uri> { ["policy"] = policy, ["silo"] = await roles.StartSiloAsync(policy), ["trainer"] = await roles.StartTrainerAsync() };

        foreach (var (role, address) in addresses)
        {
            using var http = new HttpClient { BaseAddress = address };
            foreach (var path in roles.Probes(role))
            {
                using var answer = await http.GetAsync(path);
                Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{role} answers {path} with {answer.StatusCode}");
            }
        }

        using var client = RolesOfManifests.Client(addresses["silo"]);
        var conversation = await client.StartAsync(new StartConversation { Agent = "twenty-questions" });
        var reply = await client.SayAsync(conversation.Id, new UserMessage { Text = "Let's play.", Key = "1" });
        Assert.Equal("v000000", reply.PolicyVersion);
    }
}
