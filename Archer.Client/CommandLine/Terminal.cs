using Spectre.Console;

namespace Archer.Client.CommandLine;

/// <summary>What a command reads from and writes to: results go to <see cref="Output"/>, everything else to <see cref="Messages"/>.</summary>
public sealed record Terminal
{
    /// <summary>Results, and nothing else.</summary>
    public required TextWriter Output { get; init; }

    /// <summary>Errors, progress, prompts, hints.</summary>
    public required TextWriter Messages { get; init; }

    /// <summary>What is typed or piped in.</summary>
    public TextReader Input { get; init; } = TextReader.Null;

    /// <summary>A person types. Default false: input is a file or a pipe.</summary>
    public bool IsInputInteractive { get; init; }

    /// <summary>A person watches <see cref="Output"/>, with colours and moving pictures. Default false: it is a file or a pipe, or NO_COLOR is set.</summary>
    public bool IsOutputInteractive { get; init; }

    /// <summary>Reads an environment variable; an empty one counts as none. Default: the process's.</summary>
    public Func<string, string?> Variable { get; init; } = Environment.GetEnvironmentVariable;

    /// <summary>Clock of every command.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Sends the requests in place of sockets; null takes sockets.</summary>
    public HttpMessageHandler? Handler { get; init; }

    /// <summary>The console of this process.</summary>
    public static Terminal OfProcess() => new()
    {
        Output = ClosedPipe.Output(),
        Messages = Console.Error,
        Input = Console.In,
        IsInputInteractive = !Console.IsInputRedirected,
        IsOutputInteractive = !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("NO_COLOR") is not { Length: > 0 },
    };

    /// <summary>The value of an environment variable; null when it is not set or empty.</summary>
    public string? Read(string variable) => Variable(variable) is { Length: > 0 } value ? value : null;

    /// <summary>Draws on <see cref="Output"/>.</summary>
    internal IAnsiConsole Canvas() => AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Output) });
}
