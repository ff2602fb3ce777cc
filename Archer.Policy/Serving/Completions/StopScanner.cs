using System.Collections.Immutable;

namespace Archer.Policy.Serving.Completions;

/// <summary>Finds the first stop text in a text that comes in parts, and holds back what may be the beginning of one.</summary>
internal sealed class StopScanner(ImmutableArray<string> stops)
{
    private string _held = "";

    public bool Matched { get; private set; }

    /// <summary>Takes the next part; returns what is certain to come before any stop text.</summary>
    public string Push(string part)
    {
        if (Matched)
        {
            return "";
        }

        if (stops.IsEmpty)
        {
            return part;
        }

        var text = _held + part;
        var first = stops.Select(stop => text.IndexOf(stop, StringComparison.Ordinal)).Where(index => index >= 0).DefaultIfEmpty(-1).Min();
        if (first >= 0)
        {
            Matched = true;
            _held = "";
            return text[..first];
        }

        var keep = stops.Max(stop => Beginning(text, stop));
        _held = text[^keep..];
        return text[..^keep];
    }

    /// <summary>The end: what was held back was no stop text.</summary>
    public string Flush()
    {
        var rest = _held;
        _held = "";
        return rest;
    }

    /// <summary>Length of the longest end of the text that begins the stop text.</summary>
    private static int Beginning(string text, string stop)
    {
        for (var length = Math.Min(stop.Length - 1, text.Length); length > 0; length--)
        {
            if (text.AsSpan(text.Length - length).SequenceEqual(stop.AsSpan(0, length)))
            {
                return length;
            }
        }

        return 0;
    }
}
