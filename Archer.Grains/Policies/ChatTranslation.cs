using System.Collections.Immutable;
using System.Globalization;
using Archer.Client.Policies;
using Archer.Grains.Policies.Wire;

namespace Archer.Grains.Policies;

/// <summary>Puts a policy request into OpenAI's words, and an answer back.</summary>
internal static class ChatTranslation
{
    public static ChatBody ToBody(PolicyRequest request, bool stream)
    {
        var messages = ImmutableArray.CreateBuilder<ChatBodyMessage>((request.History.Length * 2) + 2);
        if (request.History.IsEmpty && request.SystemPrompt.Length > 0)
        {
            // Later it is part of the first turn's ids.
            messages.Add(new ChatBodyMessage("system", request.SystemPrompt));
        }

        foreach (var turn in request.History)
        {
            messages.Add(new ChatBodyMessage("user", turn.UserText, turn.PromptTokenIds));
            messages.Add(new ChatBodyMessage("assistant", turn.AgentText, turn.UtteranceTokenIds));
        }

        messages.Add(new ChatBodyMessage("user", request.UserText));
        return new ChatBody
        {
            Model = $"{request.Agent}@{request.Version}",
            Messages = messages.DrainToImmutable(),
            Temperature = request.Sampling.Temperature,
            TopP = request.Sampling.TopP,
            TopK = request.Sampling.TopK,
            MaxTokens = request.Sampling.MaxTokens,
            Seed = request.Sampling.Seed,
            Stream = stream ? true : null,
        };
    }

    /// <summary>The answer as grains keep it: of the observation only what this turn added.</summary>
    /// <exception cref="WireMismatchException">The server did not keep to the protocol; the message says where.</exception>
    public static PolicyAnswer ToAnswer(PolicyRequest request, ChatAnswer answer)
    {
        var choice = answer.Choices is [{ } only] ? only : throw new WireMismatchException("expected one choice");
        var ids = choice.TokenIds ?? throw WireMismatchException.Lacks("choices[0].token_ids");
        var logprobs = choice.Logprobs?.Content ?? throw WireMismatchException.Lacks("choices[0].logprobs");
        RequirePossible(ids, logprobs, answer.Value);
        return new PolicyAnswer
        {
            PromptTokenIds = Appended(request, answer.PromptTokenIds ?? throw WireMismatchException.Lacks("prompt_token_ids")),
            Utterance = new Utterance
            {
                Text = choice.Message?.Content ?? throw WireMismatchException.Lacks("choices[0].message.content"),
                TokenIds = ids,
                LogProbabilities = [.. logprobs.Select(entry => entry.Logprob)],
                PolicyVersion = answer.PolicyVersion ?? throw WireMismatchException.Lacks("policy_version"),
                FinishReason = choice.FinishReason == "length" ? FinishReason.Length : FinishReason.Stop,
                Value = answer.Value,
                Sampling = request.Sampling,
            },
        };
    }

    /// <summary>What no policy can have drawn is not stored: one such number would reach the learner.</summary>
    private static void RequirePossible(ImmutableArray<int> ids, ImmutableArray<ChatLogprob> logprobs, float? value)
    {
        if (ids.IsEmpty || logprobs.Length != ids.Length)
        {
            throw new WireMismatchException($"{ids.Length} token ids with {logprobs.Length} log-probabilities");
        }

        RequireIds(ids, "choices[0].token_ids");
        for (var i = 0; i < logprobs.Length; i++)
        {
            if (!float.IsFinite(logprobs[i].Logprob) || logprobs[i].Logprob > 0)
            {
                throw new WireMismatchException(string.Create(
                    CultureInfo.InvariantCulture, $"choices[0].logprobs.content[{i}].logprob is {logprobs[i].Logprob}, expected a finite number of at most 0"));
            }
        }

        if (value is { } known && !float.IsFinite(known))
        {
            throw new WireMismatchException(string.Create(CultureInfo.InvariantCulture, $"value is {known}, expected a finite number"));
        }
    }

    private static void RequireIds(ImmutableArray<int> ids, string name)
    {
        foreach (var id in ids)
        {
            if (id < 0)
            {
                throw new WireMismatchException(string.Create(CultureInfo.InvariantCulture, $"{name} has {id}, expected ids of at least 0"));
            }
        }
    }

    /// <summary>The observation must continue the recorded one, id by id: nothing that was said is ever tokenised again.</summary>
    private static ImmutableArray<int> Appended(PolicyRequest request, ImmutableArray<int> observation)
    {
        RequireIds(observation, "prompt_token_ids");
        var rest = observation.AsSpan();
        foreach (var turn in request.History)
        {
            if (!rest.StartsWith(turn.PromptTokenIds.AsSpan()) || !rest[turn.PromptTokenIds.Length..].StartsWith(turn.UtteranceTokenIds.AsSpan()))
            {
                throw new WireMismatchException("prompt_token_ids do not continue the recorded ids");
            }

            rest = rest[(turn.PromptTokenIds.Length + turn.UtteranceTokenIds.Length)..];
        }

        return rest.IsEmpty && request.History.IsEmpty ? throw new WireMismatchException("prompt_token_ids is empty") : [.. rest];
    }
}
