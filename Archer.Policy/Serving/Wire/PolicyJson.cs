using System.Text.Json.Serialization;

namespace Archer.Policy.Serving.Wire;

/// <summary>The policy server's JSON, snake_case; client and server may share it.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ChatCompletionRequest))]
[JsonSerializable(typeof(CompletionRequest))]
[JsonSerializable(typeof(ChatCompletion))]
[JsonSerializable(typeof(TextCompletion))]
[JsonSerializable(typeof(ModelList))]
[JsonSerializable(typeof(ModelCard))]
[JsonSerializable(typeof(AgentPolicies))]
[JsonSerializable(typeof(PolicyProblem))]
[JsonSerializable(typeof(StreamError))]
public sealed partial class PolicyJson : JsonSerializerContext;
