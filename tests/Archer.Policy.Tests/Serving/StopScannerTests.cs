using System.Collections.Immutable;
using Archer.Policy.Serving.Completions;
using FsCheck;
using FsCheck.Fluent;

namespace Archer.Policy.Tests.Serving;

public sealed class StopScannerTests
{
    /// <summary>Few letters, so that stop texts are found, nearly found, and overlap.</summary>
    [Fact]
    public void Push_AnyPartsAndStops_GivesTheTextBeforeTheFirstStop()
    {
        var cases = from parts in Gen.Elements("", "a", "b", "ab", "ba", "aab").ListOf(10)
                    from stops in Gen.Elements("ab", "aba", "bb", "abab", "baab").ListOf(2)
                    select (parts, stops);

        Prop.ForAll(Arb.From(cases), drawn =>
        {
            var scanner = new StopScanner([.. drawn.stops]);
            var read = "";
            var shown = "";
            foreach (var part in drawn.parts)
            {
                read += part;
                shown += scanner.Push(part);
                // Nothing that was shown may turn out to belong to a stop text.
                if (!Expected(read, drawn.stops).StartsWith(shown, StringComparison.Ordinal) && !scanner.Matched)
                {
                    return false;
                }
            }

            shown += scanner.Flush();
            return scanner.Matched == drawn.stops.Any(stop => read.Contains(stop, StringComparison.Ordinal)) && (scanner.Matched || shown == read)
                && (!scanner.Matched || Earliest(drawn.parts, drawn.stops) == shown);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Push_NoStops_PassesEverythingAtOnce()
    {
        var scanner = new StopScanner(ImmutableArray<string>.Empty);

        Assert.Equal(("abc", ""), (scanner.Push("abc"), scanner.Flush()));
    }

    private static string Expected(string text, IEnumerable<string> stops)
    {
        var first = stops.Select(stop => text.IndexOf(stop, StringComparison.Ordinal)).Where(index => index >= 0).DefaultIfEmpty(text.Length).Min();
        return text[..first];
    }

    /// <summary>The text before the stop text that the parts complete first, as a reader of whole texts finds it.</summary>
    private static string Earliest(IEnumerable<string> parts, IReadOnlyList<string> stops)
    {
        var text = "";
        foreach (var part in parts)
        {
            text += part;
            if (stops.Any(stop => text.Contains(stop, StringComparison.Ordinal)))
            {
                return Expected(text, stops);
            }
        }

        return text;
    }
}
