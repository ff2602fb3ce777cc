using System.Globalization;
using System.Text.Json;
using Archer.Client;
using Archer.Client.Conversations;

namespace Archer.Silo.History;

/// <summary>Reads the queries of the history.</summary>
internal static class HistoryRequests
{
    private const int MaxPoints = 512;
    private const int MaxVersions = 256;

    /// <exception cref="InvalidRequestException">Something in the query is wrong; every problem is listed.</exception>
    public static ConversationQuery ReadQuery(IQueryCollection query)
    {
        var problems = new List<string>();
        var result = new ConversationQuery
        {
            Limit = ReadNumber(query, "limit", 1, ConversationQuery.LargestLimit, new ConversationQuery().Limit, problems),
            Before = ReadCursor(query["before"].FirstOrDefault(), problems),
            Status = ReadChoice<ConversationStatus>(query, "status", problems),
            Simulated = ReadFlag(query, "simulated", problems),
        };
        RefuseOthers(query, problems, "before", "limit", "simulated", "status");
        return problems.Count == 0 ? result : throw new InvalidRequestException([.. problems]);
    }

    /// <summary>Which ended conversations are asked for.</summary>
    /// <exception cref="InvalidRequestException">Something in the query is wrong; every problem is listed.</exception>
    public static EndedConversationQuery ReadEndedQuery(IQueryCollection query)
    {
        var problems = new List<string>();
        var result = new EndedConversationQuery
        {
            Limit = ReadNumber(query, "limit", 1, EndedConversationQuery.LargestLimit, new EndedConversationQuery().Limit, problems),
            Before = query["before"].FirstOrDefault(),
            Simulated = ReadFlag(query, "simulated", problems),
            Split = ReadChoice<ReplaySplit>(query, "split", problems),
        };
        RefuseOthers(query, problems, "before", "limit", "simulated", "split");
        return problems.Count == 0 ? result : throw new InvalidRequestException([.. problems]);
    }

    /// <summary>How many of the newest points of each series, and of the newest versions, are asked for.</summary>
    /// <exception cref="InvalidRequestException">Something in the query is wrong; every problem is listed.</exception>
    public static (int Points, int Versions) ReadExtent(IQueryCollection query)
    {
        var problems = new List<string>();
        var points = ReadNumber(query, "points", 0, MaxPoints, MaxPoints, problems);
        var versions = ReadNumber(query, "versions", 0, MaxVersions, MaxVersions, problems);
        RefuseOthers(query, problems, "points", "versions");
        return problems.Count == 0 ? (points, versions) : throw new InvalidRequestException([.. problems]);
    }

    private static void RefuseOthers(IQueryCollection query, List<string> problems, params string[] known) => problems.AddRange(query.Keys
        .Where(key => !known.Contains(key))
        .Order(StringComparer.Ordinal)
        .Select(key => $"{(key.Length <= 64 ? key : key[..64])}: there is no such parameter; parameters are {string.Join(", ", known)}"));

    private static int ReadNumber(IQueryCollection query, string name, int least, int most, int usual, List<string> problems)
    {
        var text = query[name].FirstOrDefault();
        if (text is null)
        {
            return usual;
        }

        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
        {
            return number;
        }

        problems.Add($"{name}: expected a whole number from {least} to {most}");
        return usual;
    }

    private static bool? ReadFlag(IQueryCollection query, string name, List<string> problems)
    {
        var text = query[name].FirstOrDefault();
        if (text is null or "true" or "false")
        {
            return text is null ? null : text == "true";
        }

        problems.Add($"{name}: expected true or false");
        return null;
    }

    private static string? ReadCursor(string? text, List<string> problems)
    {
        if (text is not null && !long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _))
        {
            problems.Add("before: expected the cursor of an earlier page");
        }

        return text;
    }

    private static T? ReadChoice<T>(IQueryCollection query, string name, List<string> problems)
        where T : struct, Enum
    {
        var text = query[name].FirstOrDefault();
        var names = Enum.GetValues<T>().ToDictionary(value => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString()));
        if (text is null || names.ContainsKey(text))
        {
            return text is null ? null : names[text];
        }

        problems.Add($"{name}: expected {string.Join(" or ", names.Keys)}");
        return null;
    }
}
