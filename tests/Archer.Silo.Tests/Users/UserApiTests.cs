using System.Net;
using Archer.Client;
using Archer.Silo.Tests.Http;

namespace Archer.Silo.Tests.Users;

public sealed class UserApiTests(SiloFixture silo) : IClassFixture<SiloFixture>
{
    [Theory]
    [InlineData("erika", "")]
    [InlineData("erika & 50% more?", "tenant/1")]
    public async Task Delete_RemovesTheUsersConversationsAndAnswersTheSameAgain(string user, string tenant)
    {
        var id = $"of-{user.Length}";
        await silo.PostAsync("/v1/conversations", $$"""{"agent":"quiz","id":"{{id}}","user":"{{user}}","tenant":"{{tenant}}"}""").JsonAsync(HttpStatusCode.Created);
        await silo.PostAsync($"/v1/conversations/{id}/messages", """{"text":"Hi"}""").JsonAsync();
        var path = $"/v1/users/{Uri.EscapeDataString(user)}?tenant={Uri.EscapeDataString(tenant)}";

        var erasure = await silo.Http.DeleteAsync(path).JsonAsync();

        Assert.Equal("""{"conversations":1,"turns":1,"replay_rows":0,"trained":[]}""", erasure.GetRawText());
        await silo.Http.GetAsync($"/v1/conversations/{id}").ProblemAsync(404, ProblemTypes.ConversationNotFound);
        Assert.Equal(erasure.GetRawText(), (await silo.Http.DeleteAsync(path).JsonAsync()).GetRawText());
    }

    [Fact]
    public async Task Delete_UnknownUser_RemovesNothing() => Assert.Equal(
        """{"conversations":0,"turns":0,"replay_rows":0,"trained":[]}""", (await silo.Http.DeleteAsync("/v1/users/nobody").JsonAsync()).GetRawText());

    [Theory]
    [InlineData("%01")]
    [InlineData("a%0Ab")]
    [InlineData("%7F")]
    public async Task Delete_ControlCharacters_Is400(string user)
    {
        var problem = await silo.Http.DeleteAsync($"/v1/users/{user}").ProblemAsync(400, ProblemTypes.InvalidRequest);

        Assert.Equal(["user: expected no control characters, and neither . nor .., which no address can hold"], problem.Problems!);
    }

    [Theory]
    [InlineData("\\u0000")]
    [InlineData("a\\nb")]
    [InlineData(".")]
    [InlineData("..")]
    public async Task Start_UserWhomNoAddressCanHold_Is400(string user)
    {
        var problem = await silo.PostAsync("/v1/conversations", $$"""{"agent":"quiz","user":"{{user}}"}""").ProblemAsync(400, ProblemTypes.InvalidRequest);

        Assert.Equal(["user: expected no control characters, and neither . nor .., which no address can hold"], problem.Problems!);
    }

    [Fact]
    public async Task Delete_NamesTooLong_Is400WithEveryProblem()
    {
        var problem = await silo.Http.DeleteAsync($"/v1/users/{new string('u', 129)}?tenant={new string('t', 200)}").ProblemAsync(400, ProblemTypes.InvalidRequest);

        Assert.Equal(["user: expected 1 to 128 characters, found 129", "tenant: expected at most 128 characters, found 200"], problem.Problems!);
    }
}
