using System.Globalization;
using System.Text.Json;
using Archer.Client;
using Archer.Client.Conversations;

namespace Archer.Silo.History;

/// <summary>Reads the queries of the history.</summary>
internal static class HistoryRequests
{
    private const int MostPoints = 512;
    private const int MostVersions = 256;

    /// <exception cref="InvalidRequestException">Something in the query is wrong; every problem is listed.</exception>
    public static ConversationQuery ReadQuery(IQueryCollection query)
    {
        var problems = new List<string>();
        var result = new ConversationQuery
        {
            Limit = ReadNumber(query, "limit", 1, ConversationQuery.LargestLimit, new ConversationQuery().Limit, problems),
            Before = ReadCursor(query["before"].FirstOrDefault(), problems),
            Status = ReadStatus(query["status"].FirstOrDefault(), problems),
        };
        RefuseOthers(query, problems, "before", "limit", "status");
        return problems.Count == 0 ? result : throw new InvalidRequestException([.. problems]);
    }

    /// <summary>How many of the newest points of each series, and of the newest versions, are asked for.</summary>
    /// <exception cref="InvalidRequestException">Something in the query is wrong; every problem is listed.</exception>
    public static (int Points, int Versions) ReadExtent(IQueryCollection query)
    {
        var problems = new List<string>();
        var points = ReadNumber(query, "points", 0, MostPoints, MostPoints, problems);
        var versions = ReadNumber(query, "versions", 0, MostVersions, MostVersions, problems);
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

    private static string? ReadCursor(string? text, List<string> problems)
    {
        if (text is not null && !long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _))
        {
            problems.Add("before: expected the cursor of an earlier page");
        }

        return text;
    }

    private static ConversationStatus? ReadStatus(string? text, List<string> problems)
    {
        foreach (var status in Enum.GetValues<ConversationStatus>())
        {
            if (JsonNamingPolicy.SnakeCaseLower.ConvertName(status.ToString()) == text)
            {
                return status;
            }
        }

        if (text is not null)
        {
            problems.Add("status: expected open or ended");
        }

        return null;
    }
}
