using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Archer.EndToEnd.Tests.Kubernetes.Images;

/// <summary>What can be said of a Dockerfile without building it: what it copies is there, what it publishes is a project, what it starts is that project's program.</summary>
internal static partial class DockerfileCheck
{
    private static readonly string[] Known = ["ARG", "FROM", "WORKDIR", "COPY", "RUN", "ENV", "USER", "EXPOSE", "ENTRYPOINT"];

    public static IEnumerable<string> Run(Dockerfile file, string root) =>
        [.. Words(file), .. Stages(file), .. Sources(file, root), .. Program(file, root), .. References(file, root), .. User(file)];

    private static IEnumerable<string> Words(Dockerfile file) =>
        file.Instructions.Where(line => !Known.Contains(line.Word)).Select(line => $"{line.Word} is no instruction of these files");

    private static IEnumerable<string> Stages(Dockerfile file)
    {
        var names = new HashSet<string>();
        foreach (var (word, text) in file.Instructions)
        {
            if (word == "FROM")
            {
                if (!Version().IsMatch(text.Split(' ')[0]))
                {
                    yield return $"FROM {text}: no version of three numbers";
                }

                names.Add(text.Split(" AS ")[^1]);
            }
            else if (word == "COPY" && Stage(text) is { } stage && !names.Contains(stage))
            {
                yield return $"COPY {text}: there is no stage {stage}";
            }
        }

        foreach (var argument in Argument().Matches(string.Join('\n', file.Instructions.Select(line => line.Text))).Select(found => found.Groups[1].Value).Distinct())
        {
            // An argument before the first stage is known inside of one only where it is declared again.
            if (file.Arguments.Count(name => name == argument) != 2)
            {
                yield return $"ARG {argument} is not declared before the stages and in the one that reads it";
            }
        }
    }

    private static IEnumerable<string> Sources(Dockerfile file, string root) =>
        from source in Copied(file)
        where !Path.Exists(Path.Combine(root, source)) || IsIgnored(root, source)
        select $"COPY {source}: {(Path.Exists(Path.Combine(root, source)) ? ".dockerignore leaves it out" : "it is not there")}";

    private static IEnumerable<string> Program(Dockerfile file, string root)
    {
        var project = Published().Match(string.Join('\n', file.All("RUN"))).Groups[1].Value;
        if (!File.Exists(Path.Combine(root, project)))
        {
            return [$"RUN dotnet publish {project}: there is no such project"];
        }

        var program = $"[\"dotnet\", \"{Path.GetFileNameWithoutExtension(project)}.dll\"]";
        return file.Last("ENTRYPOINT") == program ? [] : [$"ENTRYPOINT is {file.Last("ENTRYPOINT")}, expected {program}"];
    }

    /// <summary>Projects that the published one needs are copied as well.</summary>
    private static IEnumerable<string> References(Dockerfile file, string root)
    {
        var copied = Copied(file).ToHashSet();
        var project = Published().Match(string.Join('\n', file.All("RUN"))).Groups[1].Value;
        var (waiting, seen) = (new Stack<string>([project]), new HashSet<string>());
        while (waiting.TryPop(out var next))
        {
            if (!File.Exists(Path.Combine(root, next)) || !seen.Add(next))
            {
                continue;
            }

            if (!copied.Contains(Path.GetDirectoryName(next)!))
            {
                yield return $"{project} needs {Path.GetDirectoryName(next)}, which is not copied";
            }

            var folder = Path.GetDirectoryName(Path.Combine(root, next))!;
            foreach (var reference in XDocument.Load(Path.Combine(root, next)).Descendants("ProjectReference"))
            {
                waiting.Push(Path.GetRelativePath(root, Path.GetFullPath(Path.Combine(folder, (string)reference.Attribute("Include")!))));
            }
        }
    }

    private static IEnumerable<string> User(Dockerfile file) => int.TryParse(file.Last("USER"), out var user) && user > 0 ? [] : [$"USER is {file.Last("USER") ?? "root"}, expected a number other than 0"];

    /// <summary>Paths that come from the repository.</summary>
    private static IEnumerable<string> Copied(Dockerfile file) =>
        file.All("COPY").Where(text => Stage(text) is null).SelectMany(text => text.Split(' ', StringSplitOptions.RemoveEmptyEntries)[..^1]);

    private static string? Stage(string text) => text.StartsWith("--from=", StringComparison.Ordinal) ? text["--from=".Length..].Split(' ')[0] : null;

    /// <summary>Whether .dockerignore leaves a path of the root out: the last line that matches decides.</summary>
    private static bool IsIgnored(string root, string path) =>
        File.ReadLines(Path.Combine(root, ".dockerignore")).Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#')
            .LastOrDefault(line => Regex.IsMatch(path, "^" + Regex.Escape(line.TrimStart('!')).Replace("\\*", "[^/]*") + "$"))?[0] is not '!' and not null;

    [GeneratedRegex(@":\d+\.\d+\.\d+(-|$)")]
    private static partial Regex Version();

    [GeneratedRegex(@"\$\{(\w+)\}")]
    private static partial Regex Argument();

    [GeneratedRegex(@"dotnet publish (\S+\.csproj)")]
    private static partial Regex Published();
}
