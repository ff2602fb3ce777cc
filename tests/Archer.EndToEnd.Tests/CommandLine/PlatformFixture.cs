using Archer.Client.CommandLine;
using Archer.EndToEnd.Tests.Processes;
using Archer.Tasks.CommandLine;
using Archer.Testing;
using Archer.Trainer.CommandLine;

namespace Archer.EndToEnd.Tests.CommandLine;

/// <summary>The real platform without users of its own, and both command lines against it.</summary>
public sealed class PlatformFixture : IAsyncLifetime
{
    private readonly TemporaryDirectory _directory = new();
    private SiloProcess? _silo;

    /// <summary>The platform's data directory.</summary>
    public string Data => _directory["data"];

    /// <summary>The platform's address.</summary>
    public Uri Url => _silo!.Url;

    /// <summary>A place for files.</summary>
    public string File(string name) => _directory[name];

    public async Task InitializeAsync() =>
        _silo = await SiloProcess.StartAsync(Data, SiloProcess.FreePort(), "--Archer:Demo:Users=0", "--Archer:StatusSeconds=0", "--Archer:Trainer:Enabled=false");

    public async Task DisposeAsync()
    {
        await _silo!.DisposeAsync();
        _directory.Dispose();
    }

    /// <summary>Runs <c>archer</c> in this process with ARCHER_URL set to the platform.</summary>
    internal Task<(int Code, string Output, string Messages)> ArcherAsync(string arguments, string input = "") =>
        RunAsync(TaskCommandLine.Create, arguments, input);

    /// <summary>Runs the trainer in this process with ARCHER_URL set to the platform.</summary>
    internal Task<(int Code, string Output, string Messages)> TrainerAsync(string arguments) => RunAsync(TrainerCommandLine.Create, arguments, "");

    private async Task<(int Code, string Output, string Messages)> RunAsync(Func<Terminal, System.CommandLine.Command> create, string arguments, string input)
    {
        await using var output = new StringWriter { NewLine = "\n" };
        await using var messages = new StringWriter { NewLine = "\n" };
        var terminal = new Terminal
        {
            Output = output,
            Messages = messages,
            Input = new StringReader(input),
            Variable = name => name == ConnectionOptions.UrlVariable ? _silo!.Url.ToString() : null,
        };
        var words = System.CommandLine.Parsing.CommandLineParser.SplitCommandLine(arguments).ToList();
        var code = await CommandApplication.RunAsync(create(terminal), words, terminal);
        return (code, output.ToString(), messages.ToString());
    }
}
