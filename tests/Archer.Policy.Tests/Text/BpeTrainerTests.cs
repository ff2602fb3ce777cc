using System.Diagnostics;
using Archer.Policy.Text;
using Archer.Testing.Text;

namespace Archer.Policy.Tests.Text;

public sealed class BpeTrainerTests
{
    [Fact]
    public void Train_Twice_GivesTheSameFile()
    {
        var first = TokenizerFiles.Write(Train(400, TextSamples.Prose, TextSamples.Prose));
        var second = TokenizerFiles.Write(Train(400, TextSamples.Prose, TextSamples.Prose));

        Assert.Equal(first, second);
    }

    [Fact]
    public void Train_TextsInAnotherOrder_GivesTheSameFile()
    {
        string[] texts = [.. TextSamples.Prose.Split(' '), .. TextSamples.Prose.Split(' ')];

        Assert.Equal(TokenizerFiles.Write(Train(330, texts)), TokenizerFiles.Write(Train(330, [.. texts.Reverse()])));
    }

    [Fact]
    public void Train_EqualCounts_TakesTheSmallerIdsFirst()
    {
        // " zy" and " ba" are each there twice: every pair of theirs is as frequent as the others.
        var merges = Train(263, " zy ba zy ba").Merges;

        Assert.Equal([new(' ', 'b', 256), new(' ', 'z', 257), new BpeMerge(256, 'a', 258)], merges.AsEnumerable());
    }

    [Fact]
    public void Train_CountsNeighbours_AsTheDefinitionDoes()
    {
        var text = string.Concat(Enumerable.Repeat(TextSamples.Prose, 2));

        Assert.Equal(NaiveMerges(text, 120), Train(260 + 120, text).Merges.Select(merge => (merge.Left, merge.Right)));
    }

    [Fact]
    public void Train_TextWithoutFrequentPairs_StopsEarly()
    {
        var tokenizer = Train(512, "abcdefg");

        Assert.Equal(260, tokenizer.VocabularySize);
        Assert.Empty(tokenizer.Merges);
    }

    [Fact]
    public void Train_RunsOfOneCharacter_DoublesThem()
    {
        var tokenizer = Train(264, new string('a', 64), new string('a', 64));

        Assert.Equal(["aa", "aaaa", "aaaaaaaa", "aaaaaaaaaaaaaaaa"], tokenizer.Merges.Select(merge => tokenizer.Decode([merge.Merged])));
    }

    [Fact]
    public void Train_VocabularyTooSmall_SaysTheLeast()
    {
        var failure = Assert.Throws<ArgumentException>(() => Train(259, "text"));

        Assert.Equal("A vocabulary of 259 tokens cannot hold 256 bytes and the special tokens: at least 260.", failure.Message);
    }

    /// <summary>Counting anew at each merge would take minutes; the deadline leaves a wide margin over what it takes.</summary>
    [Fact]
    public void Train_TwoMegabytes_TakesSeconds()
    {
        var random = new Random(3);
        string[] words = [.. Enumerable.Range(0, 20_000).Select(i => $"{(char)('a' + random.Next(26))}{i * 7919L % 99991:x}{TextSamples.Prose[i % 300]}")];
        var text = string.Join(' ', Enumerable.Range(0, 300_000).Select(_ => words[(int)(words.Length * Math.Pow(random.NextDouble(), 3))]));
        var watch = Stopwatch.StartNew();

        var tokenizer = Train(4096, text);

        Assert.Equal(4096, tokenizer.VocabularySize);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(60), $"{watch.Elapsed} for {text.Length} characters");
    }

    private static BpeTokenizer Train(int size, params string[] texts) => new BpeTrainer(new() { VocabularySize = size }).Train(texts);

    /// <summary>All pairs counted anew before each merge, over the pieces of the naive tokenizer.</summary>
    private static List<(int Left, int Right)> NaiveMerges(string text, int count)
    {
        var bytes = new NaiveBpe(TokenizerFiles.Write(Train(260, "")));
        var pieces = bytes.Pieces(text).Select(piece => bytes.Encode(piece)).ToList();
        var merges = new List<(int Left, int Right)>();
        for (var id = 256; id < 256 + count; id++)
        {
            var best = pieces.SelectMany(piece => piece.Zip(piece.Skip(1)))
                .GroupBy(pair => pair)
                .OrderByDescending(group => group.Count())
                .ThenBy(group => group.Key.First)
                .ThenBy(group => group.Key.Second)
                .First().Key;
            merges.Add(best);
            foreach (var piece in pieces)
            {
                for (var i = 0; i + 1 < piece.Count; i++)
                {
                    if ((piece[i], piece[i + 1]) != best)
                    {
                        continue;
                    }

                    piece[i] = id;
                    piece.RemoveAt(i + 1);
                }
            }
        }

        return merges;
    }
}
