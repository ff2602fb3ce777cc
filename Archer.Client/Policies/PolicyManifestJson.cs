using System.Text.Json.Serialization;

namespace Archer.Client.Policies;

/// <summary>The JSON of <c>manifest.json</c>: snake_case, indented.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    RespectNullableAnnotations = true,
    AllowDuplicateProperties = false,
    WriteIndented = true,
    NewLine = "\n")]
[JsonSerializable(typeof(PolicyManifest))]
public sealed partial class PolicyManifestJson : JsonSerializerContext;
