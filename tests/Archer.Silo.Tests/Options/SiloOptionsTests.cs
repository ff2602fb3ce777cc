using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Archer.Silo.Tests.Options;

public sealed class SiloOptionsTests
{
    [Fact]
    public void Validate_EverythingWrong_NamesEveryProblem()
    {
        var options = new SiloOptions { DataDirectory = " ", MaxBodyBytes = 1, StatusSeconds = -1 };
        options.Keys.Add("short");
        options.Keys.Add("a key with spaces in it");

        Assert.Equal(
            [
                "Archer: DataDirectory is empty, expected a directory.",
                "Archer: MaxBodyBytes is 1, expected 1,024 to 1,073,741,824.",
                "Archer: StatusSeconds is -1, expected 0 to 86,400.",
                "Archer: Keys:0 must be at least 16 printable characters without spaces.",
                "Archer: Keys:1 must be at least 16 printable characters without spaces.",
            ],
            Validate(options).Failures);
    }

    [Theory]
    [InlineData("http://127.0.0.1:5080", true)]
    [InlineData("http://localhost:5080;http://[::1]:5080", true)]
    [InlineData("http://0.0.0.0:5080", false)]
    [InlineData("http://*:5080", false)]
    [InlineData("http://+:5080", false)]
    [InlineData("http://127.0.0.1:1;http://192.168.1.2:2", false)]
    [InlineData("http://example.com", false)]
    public void Validate_WithoutKeys_AllowsLoopbackOnly(string urls, bool allowed)
    {
        Assert.Equal(allowed, Validate(new SiloOptions(), ("urls", urls)).Succeeded);
        var locked = new SiloOptions();
        locked.Keys.Add("a-key-of-16-chars");
        Assert.True(Validate(locked, ("urls", urls)).Succeeded);
    }

    [Theory]
    [InlineData("Kestrel:Endpoints:Http:Url", "http://0.0.0.0:80")]
    [InlineData("http_ports", "8080")]
    public void Validate_OtherWaysToListen_AreSeenToo(string key, string value) =>
        Assert.False(Validate(new SiloOptions(), (key, value)).Succeeded);

    [Fact]
    public void Of_SeveralFailures_AreOneList()
    {
        var failure = new AggregateException(
            new OptionsValidationException("a", typeof(SiloOptions), ["first", "second"]), new OptionsValidationException("b", typeof(SiloOptions), ["third"]));

        Assert.Equal(["first", "second", "third"], StartupProblems.Of(failure));
        Assert.Null(StartupProblems.Of(new InvalidOperationException("a defect")));
    }

    private static ValidateOptionsResult Validate(SiloOptions options, params (string Key, string Value)[] settings) =>
        new SiloOptionsValidator(new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => new KeyValuePair<string, string?>(setting.Key, setting.Value)))
            .Build()).Validate(null, options);
}
