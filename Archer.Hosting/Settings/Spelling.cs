namespace Archer.Hosting.Settings;

/// <summary>Guesses what a mistyped name was to be.</summary>
internal static class Spelling
{
    /// <summary>The end of a sentence about a name that nothing reads: with the nearest known one, when there is one that is near.</summary>
    public static string Suggest(string name, IEnumerable<string> known)
    {
        var nearest = known.Select(candidate => (Name: candidate, Distance: Distance(name.ToUpperInvariant(), candidate.ToUpperInvariant())))
            .OrderBy(candidate => candidate.Distance).ThenBy(candidate => candidate.Name, StringComparer.Ordinal)
            .FirstOrDefault();
        return nearest.Name is not null && nearest.Distance <= Math.Max(2, name.Length / 3) ? $"; did you mean {nearest.Name}?" : ".";
    }

    /// <summary>Levenshtein's: characters to insert, remove or replace.</summary>
    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, 1 + Math.Min(row[j], row[j - 1]));
            }
        }

        return row[^1];
    }
}
