using Archer.Client.Policies;
using Archer.Policy.Generation;
using FsCheck;
using FsCheck.Fluent;

namespace Archer.Policy.Tests.Generation;

public sealed class SamplerTests
{
    private const int Vocabulary = 16;

    [Fact]
    public void Sample_TemperatureZero_TakesTheMostLikelyWithLogProbabilityZero()
    {
        var token = Draw([0f, 3f, 1f, 3f], new SamplingSettings { Temperature = 0 }, 0.99, 3);

        Assert.Equal(new ScoredToken(1, 0f), new ScoredToken(token.Id, token.LogProbability));
        Assert.Equal<ScoredToken>([new ScoredToken(1, 0f)], token.Alternatives);
    }

    [Fact]
    public void Sample_PlainSettings_FollowsTheDistributionFunctionInOrderOfIds()
    {
        // Weights 1 : 2 : 1 in order of ids: the distribution function steps at 0.25 and 0.75.
        float[] logits = [0f, MathF.Log(2f), 0f];

        Assert.Equal(0, Draw(logits, new SamplingSettings(), 0.2499).Id);
        Assert.Equal(1, Draw(logits, new SamplingSettings(), 0.2501).Id);
        Assert.Equal(1, Draw(logits, new SamplingSettings(), 0.7499).Id);
        Assert.Equal(2, Draw(logits, new SamplingSettings(), 0.7501).Id);
        Assert.Equal(MathF.Log(0.5f), Draw(logits, new SamplingSettings(), 0.5).LogProbability, 6);
    }

    [Fact]
    public void Sample_TopK_RenormalisesOverTheKept()
    {
        float[] logits = [0f, MathF.Log(3f), MathF.Log(1f / 2), MathF.Log(6f)];
        var settings = new SamplingSettings { TopK = 2 };

        Assert.Equal([(3, 2.0 / 3), (1, 1.0 / 3)], Distribution(logits, settings));
    }

    [Fact]
    public void Sample_TopP_KeepsTheFewestThatReachTheShare()
    {
        // Probabilities 0.4, 0.3, 0.2, 0.1.
        float[] logits = [MathF.Log(4f), MathF.Log(3f), MathF.Log(2f), 0f];

        Assert.Equal([0, 1, 2], Distribution(logits, new SamplingSettings { TopP = 0.75f }).Select(entry => entry.Id));
        Assert.Equal([0, 1], Distribution(logits, new SamplingSettings { TopP = 0.69f }).Select(entry => entry.Id));
        Assert.Equal([0], Distribution(logits, new SamplingSettings { TopP = 1e-6f }).Select(entry => entry.Id));
    }

    [Fact]
    public void Sample_MaskedIds_AreNeverDrawnAndTheRestSumsToOne()
    {
        var mask = GenerationMask.Create([1, 3], decodable: 5, vocabularySize: 6);
        float[] logits = [0f, 9f, 0f, 9f, 0f, 9f];
        mask.Apply(logits);

        Assert.Equal<int>([1, 3, 5], mask.Banned);
        Assert.Equal([(0, 1.0 / 3), (2, 1.0 / 3), (4, 1.0 / 3)], Distribution(logits, new SamplingSettings()));
    }

    [Fact]
    public void CreateBias_Added_GivesTheSameDistributionAsTheMask()
    {
        var mask = GenerationMask.Create([1], decodable: 3, vocabularySize: 4);
        float[] logits = [0.5f, 9f, 0.25f, 9f];
        float[] added = [.. logits.Zip(mask.CreateBias(4), (logit, bias) => logit + bias)];
        mask.Apply(logits);

        Assert.Equal(Draw(logits, new SamplingSettings(), 0.7, 4).Alternatives.AsEnumerable(), Draw(added, new SamplingSettings(), 0.7, 4).Alternatives);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Sample_DamagedLogits_AreRefused(float damage)
    {
        var failure = Assert.Throws<GenerationFailedException>(() => Draw([0f, damage, 1f], new SamplingSettings(), 0.5));

        Assert.Equal($"The policy's logits are not finite (largest is {damage}): the checkpoint is damaged or diverged.", failure.Message);
    }

    [Fact]
    public void Sample_EveryIdMasked_IsRefused() =>
        Assert.Throws<GenerationFailedException>(() => Draw([float.NegativeInfinity, float.NegativeInfinity], new SamplingSettings(), 0.5));

    [Fact]
    public void Sample_AnySettings_GivesTheLogProbabilityOfTheDistributionThatItDrawsFrom()
    {
        // The reference computes the whole distribution in double precision by the definition.
        var cases = from logits in Gen.Choose(-400, 400).Select(i => i / 100f).ArrayOf(Vocabulary)
                    from temperature in Gen.Elements(0.3f, 0.7f, 1f, 2f)
                    from topK in Gen.Choose(0, Vocabulary + 2)
                    from topP in Gen.Elements(1f, 0.95f, 0.6f, 0.2f)
                    from uniform in Gen.Choose(0, 999_999).Select(i => i / 1e6)
                    select (logits, settings: new SamplingSettings { Temperature = temperature, TopK = topK, TopP = topP }, uniform);

        Prop.ForAll(Arb.From(cases), drawn =>
        {
            var token = Draw(drawn.logits, drawn.settings, drawn.uniform, Vocabulary);
            var reference = Reference(drawn.logits, drawn.settings);
            return reference.TryGetValue(token.Id, out var probability)
                && Math.Abs(Math.Log(probability) - token.LogProbability) < 2e-5
                && token.Alternatives.Length == reference.Count
                && token.Alternatives.All(other => Math.Abs(Math.Exp(other.LogProbability) - reference[other.Id]) < 2e-5)
                && token.Alternatives.Zip(token.Alternatives.Skip(1)).All(pair => pair.First.LogProbability >= pair.Second.LogProbability);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Sample_ManyDraws_MatchTheProbabilities()
    {
        float[] logits = [0.3f, 1.2f, -0.7f, 0.1f];
        var counts = new int[logits.Length];
        const int draws = 40_000;
        for (var i = 0; i < draws; i++)
        {
            counts[Draw(logits, new SamplingSettings(), SamplingNoise.Uniform(99, i)).Id]++;
        }

        foreach (var (id, probability) in Reference(logits, new SamplingSettings()))
        {
            // Four standard errors.
            Assert.InRange(counts[id] / (double)draws - probability, -4 * Math.Sqrt(0.25 / draws), 4 * Math.Sqrt(0.25 / draws));
        }
    }

    private static GeneratedToken Draw(float[] logits, SamplingSettings settings, double uniform, int alternatives = 0) =>
        new Sampler(logits.Length).Sample([.. logits], settings, uniform, alternatives);

    private static (int Id, double Probability)[] Distribution(float[] logits, SamplingSettings settings) =>
        [.. Draw(logits, settings, 0.5, logits.Length).Alternatives.Select(token => (token.Id, Math.Round(Math.Exp(token.LogProbability), 6)))
            .Select(entry => (entry.Id, Closest(entry.Item2)))];

    /// <summary>Thirds come back as thirds.</summary>
    private static double Closest(double probability) => Math.Abs(probability * 3 - Math.Round(probability * 3)) < 1e-4 ? Math.Round(probability * 3) / 3 : probability;

    private static Dictionary<int, double> Reference(float[] logits, SamplingSettings settings)
    {
        var weights = logits.Select((logit, id) => (id, weight: Math.Exp((double)(logit - logits.Max()) / settings.Temperature)))
            .OrderByDescending(entry => entry.weight).ThenBy(entry => entry.id)
            .Take(settings.TopK == 0 ? logits.Length : settings.TopK).ToArray();
        var total = weights.Sum(entry => entry.weight);
        var sum = 0.0;
        var kept = weights.TakeWhile(entry =>
        {
            var before = sum;
            sum += entry.weight;
            return before < settings.TopP * total || before == 0;
        }).ToArray();
        var share = kept.Sum(entry => entry.weight);
        return kept.ToDictionary(entry => entry.id, entry => entry.weight / share);
    }
}
