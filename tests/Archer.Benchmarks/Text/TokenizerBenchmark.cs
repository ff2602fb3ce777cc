using System.Diagnostics;
using System.Text;
using Archer.Policy.Text;
using Archer.Testing.Text;

namespace Archer.Benchmarks.Text;

/// <summary>
/// Megabytes of UTF-8 per second and thread: encoding against the naive algorithm (regular expression, best pair searched anew at each merge),
/// decoding, training. Look at the ratio in ordinary text, and at what one long piece costs.
/// </summary>
internal static class TokenizerBenchmark
{
    private const int Runs = 5;
    private const int NaiveCharacters = 60_000;

    public static void Run()
    {
        var text = Corpus(characters: 4_000_000);
        var bytes = Encoding.UTF8.GetByteCount(text);
        BpeTokenizer tokenizer = null!;
        var training = Seconds(1, () => tokenizer = new BpeTrainer(new() { VocabularySize = 4096 }).Train([text]));
        using var file = new MemoryStream();
        TokenizerJson.Write(tokenizer, file);
        var naive = new NaiveBpe(file.ToArray());
        var ids = tokenizer.Encode(text);
        var sample = text[..NaiveCharacters];

        var ours = Rate(sample, () => tokenizer.Encode(sample));
        var rival = Rate(sample, () => naive.Encode(sample));
        Console.WriteLine($"tokenizer: {bytes / 1e6:F1} MB, {tokenizer.VocabularySize} tokens, {(double)bytes / ids.Length:F2} bytes per token, best of {Runs}");
        Console.WriteLine($"  train                        {training,8:F2} s  ({bytes / 1e6 / training:F1} MB/s)");
        Console.WriteLine($"  encode, whole text           {Rate(text, () => tokenizer.Encode(text)),8:F1} MB/s");
        Console.WriteLine($"  encode, {NaiveCharacters / 1000} k characters       {ours,8:F1} MB/s");
        Console.WriteLine($"  encode, naive rival          {rival,8:F2} MB/s  ({ours / rival:F0}x slower)");
        Console.WriteLine($"  decode                       {Rate(text, () => tokenizer.Decode(ids)),8:F1} MB/s");
        foreach (var length in (int[])[1_000, 100_000, 1_000_000])
        {
            var piece = string.Concat(text.Where(char.IsAsciiLetter).Take(length));
            Console.WriteLine($"  encode, one piece of {length,9:N0} {Rate(piece, () => tokenizer.Encode(piece)),7:F1} MB/s");
        }
    }

    private static double Rate(string text, Action action) => Encoding.UTF8.GetByteCount(text) / 1e6 / Seconds(Runs, action);

    private static double Seconds(int runs, Action action)
    {
        var best = double.MaxValue;
        for (var run = 0; run < runs; run++)
        {
            var start = Stopwatch.GetTimestamp();
            action();
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return best;
    }

    /// <summary>Words of syllables, frequent ones short and rare ones long, with punctuation, capitals, numbers and some letters beyond ASCII.</summary>
    private static string Corpus(int characters)
    {
        string[] syllables = ["ka", "ter", "mo", "in", "pre", "sto", "la", "the", "ing", "ro", "é", "ñu", "ber", "sch", "qua", "lo", "vi", "an", "o", "ur"];
        var random = new Random(11);
        string[] words = [.. Enumerable.Range(0, 20_000).Select(rank =>
            string.Concat(Enumerable.Range(0, 1 + (int)Math.Log(rank + 1, 8)).Select(_ => syllables[random.Next(syllables.Length)])))];
        var text = new StringBuilder(characters + 32);
        while (text.Length < characters)
        {
            var word = words[(int)(words.Length * Math.Pow(random.NextDouble(), 4))];
            text.Append(random.Next(12) == 0 ? char.ToUpperInvariant(word[0]) + word[1..] : word);
            text.Append(random.Next(10) switch { 0 => ", ", 1 => ". ", 2 => "?\n", 3 => $" {random.Next(1000)} ", _ => " " });
        }

        return text.ToString();
    }
}
