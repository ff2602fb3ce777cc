using Archer.Client.Policies;

namespace Archer.Client.Tests.Policies;

public sealed class PolicyVersionNameTests
{
    [Theory]
    [InlineData(0, "v000000")]
    [InlineData(12, "v000012")]
    [InlineData(1234567, "v1234567")]
    public void Name_OfANumber_IsParsedBack(long number, string name)
    {
        Assert.Equal(name, PolicyVersionName.Of(number));
        Assert.True(PolicyVersionName.TryParse(name, out var parsed));
        Assert.Equal(number, parsed);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("v12")]
    [InlineData("v0000012")]
    [InlineData("V000012")]
    [InlineData("v-00012")]
    [InlineData("v+00012")]
    [InlineData("v00001a")]
    [InlineData(" v000012")]
    [InlineData("v000012/..")]
    [InlineData("../v000012")]
    [InlineData("v99999999999999999999")]
    public void Parse_OfAnotherName_Fails(string? name) => Assert.False(PolicyVersionName.TryParse(name, out _));
}
