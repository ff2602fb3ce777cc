using System.Collections.Immutable;
using System.Text.Json;
using Archer.Client;
using Archer.Client.Policies;
using Archer.Policy.Serving.Wire;
using Archer.Policy.Text;
using Microsoft.Extensions.Options;

namespace Archer.Policy.Serving.Completions;

/// <summary>Checks requests and fills in defaults. Whatever would change the distribution and is not implemented is refused, never ignored.</summary>
internal sealed class RequestReader(IOptions<PolicyServerOptions> options, SeedSource seeds)
{
    private const int MaxAlternatives = 20;
    private const int MaxStops = 16;
    private const int MaxStop = 256;
    private const float HighestTemperature = 100;

    /// <exception cref="InvalidRequestException">With every problem.</exception>
    public (SamplingRequest Request, ImmutableArray<ChatMessage> Messages) Read(ChatCompletionRequest request)
    {
        var problems = new ProblemList();
        var messages = Messages(request.Messages, problems);
        problems.Require(IsEmpty(request.Tools), "tools: tools are not supported");
        problems.Require(
            request.ResponseFormat is not { ValueKind: not JsonValueKind.Null } format || IsText(format),
            "response_format: only {\"type\": \"text\"} is supported");
        problems.Require(
            request.TopLogprobs is null or 0 || request.Logprobs == true, "top_logprobs: logprobs must be true");
        var sampling = Sampling(
            request, request.MaxCompletionTokens ?? request.MaxTokens, request.Logprobs == true, request.TopLogprobs ?? 0, "top_logprobs", problems);
        problems.ThrowIfAny();
        return (sampling, messages);
    }

    /// <exception cref="InvalidRequestException">With every problem.</exception>
    public (SamplingRequest Request, Prompt Prompt) Read(CompletionRequest request)
    {
        var problems = new ProblemList();
        problems.Require(
            request.Prompt is { } prompt && (prompt.Text is { Length: > 0 } || prompt.TokenIds is { Length: > 0 }),
            "prompt: a text or token ids are required");
        problems.Require(request.Echo != true, "echo: not supported");
        problems.Require(string.IsNullOrEmpty(request.Suffix), "suffix: not supported");
        problems.Require(request.BestOf is null || request.BestOf == (request.N ?? 1), "best_of: not supported beyond n");
        var sampling = Sampling(request, request.MaxTokens, request.Logprobs is not null, request.Logprobs ?? 0, "logprobs", problems);
        problems.ThrowIfAny();
        return (sampling, request.Prompt!);
    }

    private SamplingRequest Sampling(
        ISamplingFields fields, int? maxTokens, bool logProbabilities, int alternatives, string alternativesField, ProblemList problems)
    {
        var choices = fields.N ?? 1;
        var mostChoices = fields.Stream == true ? 1 : options.Value.MaxChoices;
        problems.Require(!string.IsNullOrEmpty(fields.Model), "model: required");
        problems.Require(
            fields.Temperature is null or (>= 0 and <= HighestTemperature), $"temperature: 0 to {HighestTemperature}, found {fields.Temperature}");
        problems.Require(fields.TopP is null or (> 0 and <= 1), $"top_p: above 0 and at most 1, found {fields.TopP}");
        problems.Require(fields.TopK is null or >= -1, $"top_k: -1 (all) or more, found {fields.TopK}");
        problems.Require(maxTokens is null or >= 1, $"max_tokens: at least 1, found {maxTokens}");
        problems.Require(
            choices >= 1 && choices <= mostChoices, $"n: 1 to {mostChoices}{(fields.Stream == true ? " in a stream" : "")}, found {choices}");
        problems.Require(alternatives is >= 0 and <= MaxAlternatives, $"{alternativesField}: 0 to {MaxAlternatives}, found {alternatives}");
        RefuseUnsupported(fields, problems);
        var stop = fields.Stop is { IsDefault: false } texts ? texts : [];
        problems.Require(
            stop.Length <= MaxStops && stop.All(text => text.Length is > 0 and <= MaxStop),
            $"stop: at most {MaxStops} texts of 1 to {MaxStop} characters");
        return new SamplingRequest
        {
            Sampling = new SamplingSettings
            {
                Temperature = fields.Temperature ?? 1f,
                TopP = fields.TopP ?? 1f,
                TopK = Math.Max(0, fields.TopK ?? 0),
                MaxTokens = maxTokens ?? options.Value.DefaultMaxTokens,
                Seed = fields.Seed ?? seeds.Next(),
            },
            Stop = stop,
            Choices = choices,
            Stream = fields.Stream == true,
            IncludeUsage = fields.StreamOptions?.IncludeUsage == true,
            ReturnTokenIds = fields.ReturnTokenIds == true,
            LogProbabilities = logProbabilities,
            Alternatives = alternatives,
        };
    }

    private static void RefuseUnsupported(ISamplingFields fields, ProblemList problems)
    {
        problems.Require(fields.FrequencyPenalty is null or 0, "frequency_penalty: not supported");
        problems.Require(fields.PresencePenalty is null or 0, "presence_penalty: not supported");
        problems.Require(IsEmpty(fields.LogitBias), "logit_bias: not supported");
        foreach (var name in IgnoredMembers.RefusedOfRequest(fields.Others))
        {
            problems.Require(false, $"{name}: unknown");
        }
    }

    private static ImmutableArray<ChatMessage> Messages(ImmutableArray<ChatRequestMessage>? given, ProblemList problems)
    {
        if (given is not { IsDefaultOrEmpty: false } messages)
        {
            problems.Require(false, "messages: at least one is required");
            return [];
        }

        var read = ImmutableArray.CreateBuilder<ChatMessage>(messages.Length);
        for (var i = 0; i < messages.Length; i++)
        {
            var message = messages[i];
            var role = Role(message?.Role);
            problems.Require(role is not null, $"messages[{i}].role: system, user or assistant, found '{message?.Role}'");
            problems.Require(message?.Content is not null || message?.TokenIds is not null, $"messages[{i}].content: text or token_ids are required");
            foreach (var name in IgnoredMembers.RefusedOfMessage(message?.Others))
            {
                problems.Require(false, $"messages[{i}].{name}: unknown");
            }

            read.Add(new ChatMessage { Role = role ?? ChatRole.User, Text = message?.Content ?? "", TokenIds = message?.TokenIds });
        }

        return read.MoveToImmutable();
    }

    private static ChatRole? Role(string? role) => role switch
    {
        "system" or "developer" => ChatRole.System,
        "user" => ChatRole.User,
        "assistant" => ChatRole.Assistant,
        _ => null,
    };

    private static bool IsEmpty(JsonElement? element) => element?.ValueKind switch
    {
        null or JsonValueKind.Null or JsonValueKind.Undefined => true,
        JsonValueKind.Array => element.Value.GetArrayLength() == 0,
        JsonValueKind.Object => element.Value.GetPropertyCount() == 0,
        _ => false,
    };

    private static bool IsText(JsonElement format) =>
        format.ValueKind == JsonValueKind.Object && format.TryGetProperty("type", out var type)
        && type.ValueKind == JsonValueKind.String && type.ValueEquals("text");

    private sealed class ProblemList
    {
        private readonly List<string> _found = [];

        public void Require(bool holds, string problem)
        {
            if (!holds)
            {
                _found.Add(problem);
            }
        }

        public void ThrowIfAny()
        {
            if (_found.Count > 0)
            {
                throw new InvalidRequestException([.. _found]);
            }
        }
    }
}
