using Microsoft.AspNetCore.Hosting;
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
    [InlineData("urls", "nonsense", "nonsense")]
    [InlineData("urls", "http://127.0.0.1:5080;127.0.0.1", "127.0.0.1")]
    [InlineData("urls", "http://127.0.0.1:abc", "http://127.0.0.1:abc")]
    [InlineData("urls", "http://127.0.0.1:99999", "http://127.0.0.1:99999")]
    [InlineData("urls", "http://127.0.0.1:5080/base", "http://127.0.0.1:5080/base")]
    [InlineData("urls", "ftp://127.0.0.1", "ftp://127.0.0.1")]
    [InlineData("urls", "http://", "http://")]
    [InlineData("http_ports", "many", "http://*:many")]
    [InlineData("Kestrel:Endpoints:Http:Url", "http//localhost", "http//localhost")]
    public void Validate_AddressThatIsNone_IsOneSentence(string key, string value, string address)
    {
        var locked = new SiloOptions();
        locked.Keys.Add("a-key-of-16-chars");
        string[] expected = [$"Archer: the address {address} cannot be listened on, expected one such as http://127.0.0.1:5080."];

        Assert.Equal(expected, Validate(new SiloOptions(), (key, value)).Failures);
        Assert.Equal(expected, Validate(locked, (key, value)).Failures);
    }

    [Theory]
    [InlineData("127.0.0.1:6379", true)]
    [InlineData("redis.example:6379,password=secret,ssl=true", true)]
    [InlineData("127.0.0.1:6379,pasword=secret", false)]
    [InlineData(",", false)]
    public void Validate_Redis_MustBeAConnectionString(string redis, bool allowed)
    {
        var result = Validate(new SiloOptions { Redis = redis });

        Assert.Equal(allowed ? null : ["Archer: Redis is no connection string, expected one such as 127.0.0.1:6379,password=secret."], result.Failures);
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

    [Fact]
    public async Task Of_WhatTheServerCannotListenOn_IsItsFirstSentence()
    {
        var builder = Microsoft.AspNetCore.Builder.WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("ftp://127.0.0.1:1");
        await using var app = builder.Build();

        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => app.StartAsync());

        Assert.StartsWith("Unrecognized scheme in server address 'ftp://127.0.0.1:1'.", Assert.Single(StartupProblems.Of(failure)!), StringComparison.Ordinal);
    }

    private static ValidateOptionsResult Validate(SiloOptions options, params (string Key, string Value)[] settings) =>
        new SiloOptionsValidator(new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => new KeyValuePair<string, string?>(setting.Key, setting.Value)))
            .Build()).Validate(null, options);
}
