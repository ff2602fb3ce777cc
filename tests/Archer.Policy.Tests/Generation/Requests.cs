using System.Collections.Immutable;
using Archer.Client.Policies;
using Archer.Policy.Generation;

namespace Archer.Policy.Tests.Generation;

/// <summary>Requests for tests, and what they must give: computed one at a time, without engine, caches or batches.</summary>
internal static class Requests
{
    public static GenerationRequest Create(
        IGenerationModel model, int[] prompt, ulong seed = 7, int maxTokens = 12, int[]? stop = null, float temperature = 1f, int topK = 0, float topP = 1f) => new()
        {
            Model = model,
            PromptTokenIds = [.. prompt],
            Sampling = new SamplingSettings { Seed = seed, MaxTokens = maxTokens, Temperature = temperature, TopK = topK, TopP = topP },
            StopTokens = [.. stop ?? [0]],
        };

    /// <summary>A prompt of a given length that no other number shares a beginning with.</summary>
    public static int[] Prompt(int number, int length, int vocabulary = 24) =>
        [.. Enumerable.Range(0, length).Select(i => (number + (i * 7) + (number * i * i)) % (vocabulary - 1) + 1)];

    public static Sequence Sequence(GenerationRequest request) => new(request, 0);

    /// <summary>The utterance by the definition: read the whole prefix, draw, append, until it ends.</summary>
    public static ImmutableArray<GeneratedToken> Expected(HashModel model, GenerationRequest request)
    {
        var sampler = new Sampler(model.VocabularySize);
        var prefix = request.PromptTokenIds.ToList();
        var said = ImmutableArray.CreateBuilder<GeneratedToken>();
        var logits = new float[model.VocabularySize];
        while (said.Count < request.Sampling.MaxTokens && prefix.Count < model.MaxPositions)
        {
            model.Logits([.. prefix], logits);
            request.Mask.Apply(logits);
            var token = sampler.Sample(logits, request.Sampling, SamplingNoise.Uniform(request.Sampling.Seed, said.Count), request.Alternatives);
            said.Add(token);
            prefix.Add(token.Id);
            if (request.StopTokens.Contains(token.Id))
            {
                break;
            }
        }

        return said.ToImmutable();
    }
}
