using System.Globalization;
using System.Text.Json;
using Archer.Client;
using Archer.Client.Conversations;

namespace Archer.Silo.History;

/// <summary>Reads the query of the list of conversations.</summary>
internal static class HistoryRequests
{
    /// <exception cref="InvalidRequestException">Something in the query is wrong; every problem is listed.</exception>
    public static ConversationQuery ReadQuery(IQueryCollection query)
    {
        var problems = new List<string>();
        var result = new ConversationQuery
        {
            Limit = ReadLimit(query["limit"].FirstOrDefault(), problems),
            Before = ReadCursor(query["before"].FirstOrDefault(), problems),
            Status = ReadStatus(query["status"].FirstOrDefault(), problems),
        };
        problems.AddRange(query.Keys
            .Where(key => key is not ("limit" or "before" or "status"))
            .Order(StringComparer.Ordinal)
            .Select(key => $"{(key.Length <= 64 ? key : key[..64])}: there is no such parameter; parameters are before, limit, status"));
        return problems.Count == 0 ? result : throw new InvalidRequestException([.. problems]);
    }

    private static int ReadLimit(string? text, List<string> problems)
    {
        if (text is null)
        {
            return new ConversationQuery().Limit;
        }

        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit is >= 1 and <= ConversationQuery.LargestLimit)
        {
            return limit;
        }

        problems.Add($"limit: expected a whole number from 1 to {ConversationQuery.LargestLimit}");
        return 1;
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
