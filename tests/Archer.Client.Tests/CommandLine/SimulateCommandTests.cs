using Archer.Client.CommandLine;
using Archer.Client.Tests.Http;
using Archer.Client.Tests.Simulation;

namespace Archer.Client.Tests.CommandLine;

public sealed class SimulateCommandTests
{
    [Fact]
    public async Task Simulate_EveryOption_ReachesTheConversation()
    {
        await using var silo = await FakeSilo.StartAsync(ScriptedAgents.Best);
        var authorization = "";
        silo.Intercept = context =>
        {
            authorization = context.Request.Headers.Authorization.ToString();
            return Task.FromResult(false);
        };
        await using var output = new StringWriter();
        await using var messages = new StringWriter();
        var code = await SimulateCommand.Create(output, messages)
            .Parse($"--task twenty-questions --users 2 --episodes 6 --seed 8 --run proof --url {silo.Url} --key s3 --agent twenty-questions "
                + "--temperature 0 --policy-version v000001 --evaluation --noise 0 --json")
            .InvokeAsync();
        Assert.Equal((0, ""), (code, messages.ToString()));
        Assert.Equal("Bearer s3", authorization);
        Assert.Equal(6, silo.Conversations.Count);
        Assert.Contains(
            """POST /v1/conversations {"agent":"twenty-questions","id":"proof-8-0","tenant":"","user":"simulated","simulated":true,"split":"hold_out","sampling":{"temperature":0},"policy_version":"v000001"}""",
            silo.Requests);
        Assert.StartsWith("""{"episodes":6,"failed":0,""", output.ToString());
    }

    [Theory]
    [InlineData("--url nowhere", "'nowhere' is not an address such as http://127.0.0.1:5080.")]
    [InlineData("--episodes many", "Cannot parse argument 'many' for option '--episodes' as expected type 'System.Int64'.")]
    [InlineData("--task chess", "Argument 'chess' not recognized. Must be one of:\n\t'twenty-questions'")]
    public void Simulate_WrongOption_IsAnError(string arguments, string expected)
    {
        var parsed = SimulateCommand.Create(TextWriter.Null, TextWriter.Null).Parse(arguments);
        Assert.Equal(expected, Assert.Single(parsed.Errors).Message.ReplaceLineEndings("\n"));
    }
}
