using System.Collections.Immutable;
using Archer.Policy.Text;

namespace Archer.Policy.Generation;

/// <summary>
/// Ids that an utterance never contains: the chat's own markers (only the end of turn may be produced) and ids that the tokenizer cannot decode.
/// The mask is part of the policy's distribution: their logits are −∞ before temperature, top-k and top-p, so recorded log-probabilities are
/// renormalised over the other ids. A learner that scores recorded utterances applies the same mask to its logits.
/// </summary>
public sealed class GenerationMask
{
    private GenerationMask(ImmutableArray<int> banned) => Banned = banned;

    /// <summary>Allows every id.</summary>
    public static GenerationMask None { get; } = new([]);

    /// <summary>Ids that are never produced, ascending. Shape [n].</summary>
    public ImmutableArray<int> Banned { get; }

    /// <summary>The mask of a chat policy: every special token but the end of turn, and every id that the tokenizer does not have.</summary>
    /// <param name="tokenizer">The policy's tokenizer, with the chat template's special tokens.</param>
    /// <param name="vocabularySize">Size of the model's output, V.</param>
    public static GenerationMask ForChat(BpeTokenizer tokenizer, int vocabularySize) => Create(
        tokenizer.SpecialTokens.Where(special => special.Text != ChatTemplate.EndTag).Select(special => special.Id),
        tokenizer.VocabularySize,
        vocabularySize);

    /// <summary>Bans the given ids and all that lie between the tokenizer's vocabulary and the model's.</summary>
    /// <param name="banned">Ids to ban; duplicates are fine.</param>
    /// <param name="decodable">Size of the tokenizer's vocabulary.</param>
    /// <param name="vocabularySize">Size of the model's output, V.</param>
    public static GenerationMask Create(IEnumerable<int> banned, int decodable, int vocabularySize)
    {
        var undecodable = Enumerable.Range(decodable, Math.Max(0, vocabularySize - decodable));
        return new([.. banned.Where(id => id < vocabularySize).Concat(undecodable).Distinct().Order()]);
    }

    /// <summary>
    /// The mask as something to add to logits where gradients flow: 0, and −10⁹ at banned ids, whose probability then is 0 in float32
    /// without the NaN that −∞ would bring into products.
    /// </summary>
    /// <param name="vocabularySize">Size of the model's output, V.</param>
    /// <returns>Shape [V].</returns>
    public float[] CreateBias(int vocabularySize)
    {
        var bias = new float[vocabularySize];
        foreach (var id in Banned.AsSpan())
        {
            bias[id] = -1e9f;
        }

        return bias;
    }

    /// <summary>Writes −∞ at every banned id.</summary>
    /// <param name="logits">Logits of one position. Shape [V].</param>
    public void Apply(Span<float> logits)
    {
        foreach (var id in Banned.AsSpan())
        {
            logits[id] = float.NegativeInfinity;
        }
    }
}
