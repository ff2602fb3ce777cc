using System.Text;
using System.Text.Json.Nodes;
using Archer.EndToEnd.Tests.Architecture;
using Archer.Hosting.Settings;
using Archer.Silo;
using Archer.Silo.Settings;
using Microsoft.Extensions.Configuration;

namespace Archer.EndToEnd.Tests.Kubernetes.Checks;

/// <summary>Every variable is read by somebody: settings exist in the options types and have values of their type, references are to earlier variables, secrets are those of the README.</summary>
internal static class VariableCheck
{
    private static readonly string[] Platform = ["ASPNETCORE_HTTP_PORTS", "DOTNET_EnableDiagnostics", "Logging__"];
    private static readonly Lazy<string> Readme = new(() => File.ReadAllText(Path.Combine(Repository.Root, "k8s", "README.md")));

    public static IEnumerable<string> Run(ManifestSet set) =>
    [
        .. set.Workloads.SelectMany(workload => workload.Containers.SelectMany(container =>
            Settings(container).Concat(Others(container)).Concat(References(container)).Concat(Secrets(container)).Concat(Listening(container))
                .Concat(Policy(container))
                .Select(problem => $"{workload} {container.Text("name")}: {problem}"))),
        .. Agents(set),
    ];

    private static IEnumerable<string> Settings(JsonNode container)
    {
        var settings = RoleSettings.Settings(container).ToList();
        return RoleSettings.Expected(container) is { } expected
            ? SettingsCheck.Run(new ConfigurationBuilder().AddInMemoryCollection(settings).Build(), SiloOptions.Section, expected)
            : settings.Select(setting => $"{setting.Key} is a setting of nobody");
    }

    /// <summary>The agents of the ConfigMap are settings too.</summary>
    private static IEnumerable<string> Agents(ManifestSet set)
    {
        foreach (var (file, text) in set.OfKind("ConfigMap").SelectMany(map => map.Map("data")).Where(entry => entry.Key.EndsWith(".json", StringComparison.Ordinal)))
        {
            using var stream = new MemoryStream(Encoding.UTF8.GetBytes(text));
            foreach (var problem in SettingsCheck.Run(new ConfigurationBuilder().AddJsonStream(stream).Build(), SiloOptions.Section, SiloSettings.Create()))
            {
                yield return $"{file}: {problem}";
            }
        }
    }

    private static IEnumerable<string> Others(JsonNode container) =>
        from variable in RoleSettings.Variables(container).Keys
        where !variable.StartsWith(SiloOptions.Section + "__", StringComparison.Ordinal)
            && !Platform.Any(known => variable.StartsWith(known, StringComparison.Ordinal))
            && !(RoleSettings.Role(container) == "silo" && Archer.Silo.Composition.Cluster.PlaceKeys.Contains(variable))
            && !Texts(container).Any(text => text.Contains($"$({variable})", StringComparison.Ordinal))
        select $"nobody reads {variable}";

    private static IEnumerable<string> References(JsonNode container)
    {
        var known = new HashSet<string>();
        foreach (var variable in container.Items("env"))
        {
            foreach (var missing in Referred(variable.Text("value") ?? "").Except(known))
            {
                yield return $"{variable.Text("name")} refers to {missing}, which is not defined before it";
            }

            if (!known.Add(variable.Text("name")!))
            {
                yield return $"{variable.Text("name")} is there twice";
            }
        }

        foreach (var missing in container.Items("args").SelectMany(argument => Referred(argument.Text() ?? "")).Except(known))
        {
            yield return $"an argument refers to {missing}, which is not defined";
        }
    }

    private static IEnumerable<string> Secrets(JsonNode container) =>
        from reference in container.Items("env").Select(variable => variable.At("valueFrom", "secretKeyRef")).OfType<JsonNode>()
        where reference.Text("name") != "archer-keys"
            || !(reference.Is(true, "optional") ? Readme.Value.Contains($"\"{reference.Text("key")}\"") : Readme.Value.Contains($"--from-literal={reference.Text("key")}="))
        select $"k8s/README.md does not make the secret {reference.Text("name")}/{reference.Text("key")}";

    /// <summary>A role listens where its port is declared.</summary>
    private static IEnumerable<string> Listening(JsonNode container) =>
        RoleSettings.Variables(container).TryGetValue("ASPNETCORE_HTTP_PORTS", out var port)
            && container.Items("ports").All(known => known.Text("name") != "http" || known.Text("containerPort") != port)
            ? [$"listens on {port}, which is not its port http"]
            : [];

    /// <summary>A silo without the role of the policy knows the server that speaks for it.</summary>
    private static IEnumerable<string> Policy(JsonNode container) =>
        RoleSettings.Role(container) == "silo" && !RoleSettings.Variables(container).ContainsKey("Archer__PolicyClient__Address")
            ? ["Archer__PolicyClient__Address is missing, and the role silo has no policy of its own"]
            : [];

    private static IEnumerable<string> Texts(JsonNode container) =>
        container.Items("env").Select(variable => variable.Text("value")).Concat(container.Items("args").Select(argument => argument.Text())).OfType<string>();

    private static IEnumerable<string> Referred(string text) => RoleSettings.Reference().Matches(text).Select(found => found.Groups[1].Value);
}
