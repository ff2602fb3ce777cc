using System.Diagnostics;

namespace Archer.EndToEnd.Tests.Documents;

/// <summary>What a command printed, and how it ended.</summary>
internal sealed record ShellResult(int Code, string Output, string Errors);

/// <summary>
/// Runs the commands of a document in bash, exactly as they stand there. Only <c>dotnet run --project X -c Release --</c> starts the program that was
/// built with these tests: a build in the middle of a test run would change the files that it runs from.
/// </summary>
/// <param name="directory">Where the commands run.</param>
/// <param name="silo">What the documents' default address stands for.</param>
/// <param name="statuses">Has curl add a line with the status to what it prints.</param>
internal sealed class DocumentShell(string directory, Uri silo, bool statuses = false)
{
    private const string Shim = """
        dotnet() {
          if [ "$1 $2" = "run --project" ]; then
            local program; program=$(basename "$3"); shift 3
            while [ $# -gt 0 ] && [ "$1" != "--" ]; do shift; done
            [ "$1" = "--" ] && shift
            set -- exec "$ARCHER_TEST_PROGRAMS/$program.dll" "$@"
          fi
          command dotnet "$@"
        }

        """;

    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(5);
    /// <summary>Runs one command.</summary>
    public async Task<ShellResult> RunAsync(string command)
    {
        var start = new ProcessStartInfo("bash") { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = directory };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(Shim + command.Replace("http://127.0.0.1:5080", silo.ToString().TrimEnd('/'), StringComparison.Ordinal));
        if (statuses)
        {
            await File.WriteAllTextAsync(Path.Combine(directory, ".curlrc"), "write-out = \"\\n%{http_code}\"\n");
            start.Environment["CURL_HOME"] = directory;
        }

        start.Environment["ARCHER_URL"] = silo.ToString();
        start.Environment["ARCHER_TEST_PROGRAMS"] = AppContext.BaseDirectory;
        using var process = Process.Start(start)!;
        using var deadline = new CancellationTokenSource(Deadline);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(deadline.Token);
            var errors = process.StandardError.ReadToEndAsync(deadline.Token);
            await process.WaitForExitAsync(deadline.Token);
            return new ShellResult(process.ExitCode, (await output).TrimEnd(), (await errors).TrimEnd());
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }
}
