using System.CommandLine;
using Archer.Client.Http;

namespace Archer.Client.CommandLine;

/// <summary>How a command finds the silo: <c>--url</c> or ARCHER_URL, <c>--key</c> or ARCHER_KEY; the option goes before the variable.</summary>
public sealed class ConnectionOptions(Terminal terminal)
{
    /// <summary>Name of the variable that has the address.</summary>
    public const string UrlVariable = "ARCHER_URL";

    /// <summary>Name of the variable that has the bearer key.</summary>
    public const string KeyVariable = "ARCHER_KEY";

    private readonly Option<string?> _url = new("--url") { Description = "Address of the silo; else ARCHER_URL, else http://127.0.0.1:5080.", HelpName = "address" };
    private readonly Option<string?> _key = new("--key") { Description = "Bearer key of the silo; else ARCHER_KEY, else none.", HelpName = "key" };

    /// <summary>The address as typed; null when it was not.</summary>
    public string? TypedUrl(ParseResult arguments) => arguments.GetValue(_url);

    /// <summary>The address as typed, or of the variable; null when there is neither.</summary>
    public string? UrlText(ParseResult arguments) => arguments.GetValue(_url) ?? terminal.Read(UrlVariable);

    /// <summary>The key as typed, or of the variable; null when there is neither.</summary>
    public string? KeyText(ParseResult arguments) => arguments.GetValue(_key) ?? terminal.Read(KeyVariable);

    /// <summary>Gives <paramref name="command"/> the options.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_url);
        command.Options.Add(_key);
    }

    /// <summary>What was typed, as options of a client that gives up at the first failure.</summary>
    /// <exception cref="UsageException">The address or the key is not usable.</exception>
    public ArcherClientOptions Read(ParseResult arguments)
    {
        var options = new ArcherClientOptions { Key = KeyText(arguments), RetryFor = TimeSpan.Zero };
        if (UrlText(arguments) is { } text)
        {
            var source = arguments.GetValue(_url) is null ? UrlVariable : "--url";
            options = Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
                ? options with { Url = url }
                : throw new UsageException($"{source} is '{text}', expected an address such as http://127.0.0.1:5080.");
        }
        var problems = options.Problems().ToList();
        return problems.Count == 0 ? options : throw new UsageException(problems);
    }

    /// <summary>A client of the silo that was named.</summary>
    public ArcherClient Open(ParseResult arguments) => new(Read(arguments), terminal.Time, terminal.Handler);
}
