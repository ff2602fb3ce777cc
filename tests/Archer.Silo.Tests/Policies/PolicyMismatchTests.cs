using Archer.Client;
using Archer.Silo.Tests.Http;

namespace Archer.Silo.Tests.Policies;

/// <summary>What trying again does not mend is not reported as if it did.</summary>
public sealed class PolicyMismatchTests(SiloFixture silo) : IClassFixture<SiloFixture>
{
    [Theory]
    [InlineData(true, 501, false)]
    [InlineData(false, 502, false)]
    [InlineData(false, 502, true)]
    public async Task Messages_PolicyServerDoesNotFit_IsNotRetryableAndChangesNothing(bool isUnsupported, int status, bool stream)
    {
        var id = await silo.BeginAsync($"mismatch-{status}-{stream}");
        var usual = silo.Policy.Reply;
        silo.Policy.Reply = _ => throw new PolicyMismatchException("choices[0].token_ids is missing") { IsUnsupported = isUnsupported };

        var problem = await silo.PostAsync($"/v1/conversations/{id}/messages", $$"""{"text":"Hi","stream":{{(stream ? "true" : "false")}}}""")
            .ProblemAsync(status, ProblemTypes.PolicyMismatch);

        silo.Policy.Reply = usual;
        Assert.Equal(("choices[0].token_ids is missing", null), (problem.Detail, problem.RetryAfterSeconds));
        Assert.Equal(0, (await silo.Http.GetAsync($"/v1/conversations/{id}").JsonAsync()).GetProperty("turns").GetArrayLength());
    }
}
