using Archer.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Archer.Silo.Tests.Options;

public sealed class SiloConfigurationTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void AddFiles_NobodyNamesAnAgent_IsTheDemo()
    {
        var configuration = Configure("--Archer:Agents:twenty-questions:TurnLimit=7");

        Assert.Equal(["twenty-questions"], Agents(configuration));
        Assert.Equal(("7", "twenty-questions", "16"), (
            configuration["Archer:Agents:twenty-questions:TurnLimit"], configuration["Archer:Agents:twenty-questions:Task"], configuration["Archer:Demo:Users"]));
    }

    [Fact]
    public void AddFiles_AgentsOfOnesOwn_SwitchTheDemoOff()
    {
        var file = Write("mine.json", """{"Archer": {"Agents": {"mine": {"TurnLimit": 3}}}}""");

        var configuration = Configure($"--Archer:Config={file}");

        Assert.Equal(["mine"], Agents(configuration));
        Assert.Null(configuration["Archer:Demo:Users"]);
    }

    [Fact]
    public void AddFiles_SeveralFiles_LaterAndCommandLineWin()
    {
        var first = Write("first.json", """{"Archer": {"StatusSeconds": 1, "MaxBodyBytes": 1, "Redis": "first"}}""");
        var second = Write("second.json", """{"Archer": {"StatusSeconds": 2, "MaxBodyBytes": 2}}""");

        var configuration = Configure($"--Archer:Config={first}; {second}", "--Archer:StatusSeconds=3");

        Assert.Equal(("3", "2", "first"), (configuration["Archer:StatusSeconds"], configuration["Archer:MaxBodyBytes"], configuration["Archer:Redis"]));
    }

    [Fact]
    public void AddFiles_MissingFiles_AreAllNamed()
    {
        var failure = Assert.Throws<OptionsValidationException>(() => Configure($"--Archer:Config={_directory["a.json"]};{_directory["b.json"]}"));

        Assert.Equal([$"Archer: Config: {_directory["a.json"]} is not a file.", $"Archer: Config: {_directory["b.json"]} is not a file."], failure.Failures);
    }

    [Fact]
    public void AddFiles_NoJson_SaysWhichFile()
    {
        var file = Write("bad.json", "{\"Archer\": ");

        var failure = Assert.Throws<OptionsValidationException>(() => Configure($"--Archer:Config={file}"));

        Assert.StartsWith($"Archer: Config: {file} is no JSON: ", Assert.Single(failure.Failures));
    }

    private static ConfigurationManager Configure(params string[] arguments)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = arguments, ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.AddFiles();
        return builder.Configuration;
    }

    private static IEnumerable<string> Agents(IConfiguration configuration) => configuration.GetSection("Archer:Agents").GetChildren().Select(agent => agent.Key);

    private string Write(string name, string text)
    {
        File.WriteAllText(_directory[name], text);
        return _directory[name];
    }
}
