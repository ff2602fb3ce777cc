using System.Text.Json;
using System.Text.RegularExpressions;

namespace Archer.EndToEnd.Tests.Documents;

/// <summary>docs/api.md and docs/policy-server.md, executed: status and shape of every answer; and complete: every endpoint has an example.</summary>
[Trait("Category", "Slow")]
public sealed partial class ApiDocumentTests
{
    private const string Path = "docs/api.md";
    private const string PolicyPath = "docs/policy-server.md";
    private const int ShownXml = 160;

    /// <summary>Orleans' own pages.</summary>
    private const string Dashboard = "/dashboard";
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(15);

    [Theory]
    [InlineData(Path)]
    [InlineData(PolicyPath)]
    public async Task Examples_AreWhatIsAnswered(string path)
    {
        var document = MarkdownDocument.Open(path);
        await using var platform = await ApiPlatform.StartAsync();
        var renewed = new Dictionary<Block, string>();
        foreach (var block in document.Blocks.Where(block => block.Language == "sh"))
        {
            var expected = document.After(block, "json", "text", "xml");
            Assert.True(expected is not null, $"{path}, line {block.Line + 1}: the example has no answer.");
            var shell = block.Info == "keys" ? platform.Locked : platform.Open;
            renewed[expected] = await RunAsync(shell, Assert.Single(MarkdownDocument.Commands(block)), expected);
        }

        if (Renewal.IsAsked)
        {
            await Renewal.CheckAsync(path, document.With(renewed));
        }
    }

    [Fact]
    public async Task Endpoints_AllHaveAnExample()
    {
        await using var platform = await ApiPlatform.StartAsync();
        using var http = new HttpClient();
        using var description = JsonDocument.Parse(await http.GetStringAsync(new Uri(platform.Url, "/openapi/v1.json")));
        var shown = MarkdownDocument.Open(Path).Blocks.Where(block => block.Language == "sh").SelectMany(MarkdownDocument.Commands).Select(Request).ToList();
        var endpoints =
            from path in description.RootElement.GetProperty("paths").EnumerateObject()
            where !path.Name.StartsWith(Dashboard, StringComparison.Ordinal)
            from method in path.Value.EnumerateObject()
            select (Method: method.Name.ToUpperInvariant(), Path: path.Name);

        Assert.NotEmpty(endpoints);
        Assert.All(endpoints, endpoint => Assert.Contains(shown, request => request.Method == endpoint.Method && Matches(endpoint.Path, request.Path)));
    }

    /// <summary>Reads are asked again until they agree: numbers and histories follow what happened by a moment.</summary>
    private static async Task<string> RunAsync(DocumentShell shell, string command, Block expected)
    {
        var reads = Request(command).Method == "GET";
        var deadline = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var (answer, status) = Split(await shell.RunAsync(command), command);
            var differences = Renewal.IsAsked ? [] : Differences(expected, answer, status);
            if (differences.Count == 0)
            {
                Assert.True(expected.Info.Length == 0 || expected.Info == status, $"{command}\nstatus {status}, documented {expected.Info}: {answer}");
                return Show(expected.Language, answer);
            }

            Assert.True(
                reads && TimeProvider.System.GetElapsedTime(deadline) < Settling,
                $"{command}\n{string.Join('\n', differences)}\nanswer: {answer}\nrenew the document with\n  {Renewal.Command}");
        }
    }

    private static IReadOnlyList<string> Differences(Block expected, string answer, string status) => expected switch
    {
        { Info: { Length: > 0 } wanted } when wanted != status => [$"status {status}, documented {wanted}"],
        { Language: "json" } => JsonShape.Differences(expected.Text, answer),
        _ when Opening(expected.Text) != Opening(answer) => [$"begins with {Opening(answer)}, documented {Opening(expected.Text)}"],
        _ => [],
    };

    private static string Show(string language, string answer) => language switch
    {
        "json" => JsonShape.Show(answer),
        "xml" => answer[..Math.Min(ShownXml, answer.Length)] + "…",
        _ => answer,
    };

    /// <summary>The first line without its numbers: a word of health, a kind of event, an element.</summary>
    private static string Opening(string text) => Number().Replace(text.Split('\n')[0].Split(' ')[0], "0");

    /// <summary>The status stands on the last line (DocumentShell); a stream that never ends is cut by --max-time, which curl calls 28.</summary>
    private static (string Answer, string Status) Split(ShellResult result, string command)
    {
        Assert.True(result.Code == 0 || (result.Code == 28 && command.Contains("--max-time", StringComparison.Ordinal)), $"{command}\nended with {result.Code}: {result.Errors}");
        var end = result.Output.LastIndexOf('\n');
        return Regex.IsMatch(result.Output[(end + 1)..], "^[1-5][0-9]{2}$") ? (result.Output[..Math.Max(end, 0)].TrimEnd(), result.Output[(end + 1)..]) : (result.Output, "");
    }

    private static (string Method, string Path) Request(string command)
    {
        var method = Method().Match(command) is { Success: true } chosen ? chosen.Groups[1].Value : command.Contains(" -d ", StringComparison.Ordinal) ? "POST" : "GET";
        return (method, new Uri(Address().Match(command).Value).AbsolutePath);
    }

    private static bool Matches(string template, string path) => Regex.IsMatch(path, $"^{Parameter().Replace(template, "[^/]+")}/?$");

    [GeneratedRegex("[0-9.]+")]
    private static partial Regex Number();

    [GeneratedRegex("-X ([A-Z]+)")]
    private static partial Regex Method();

    [GeneratedRegex("http://[^' ]+")]
    private static partial Regex Address();

    [GeneratedRegex(@"\{[^}]+\}")]
    private static partial Regex Parameter();
}
