using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;

namespace Archer.Benchmarks.Turns;

/// <summary>A user who talks without a pause: start, ten turns, end, and again. Requests are the bytes that simulated users send.</summary>
internal sealed class TurnUser(HttpClient client, string? endpoint, int number)
{
    private const int Turns = 10;
    private static readonly byte[] End = Encoding.UTF8.GetBytes("""{"outcome":"terminated","text":"Yes.","reward":0,"key":"end"}""");
    private static readonly byte[][] Messages = [.. Enumerable.Range(0, Turns).Select(turn => Encoding.UTF8.GetBytes(
        turn == 0 ? """{"text":"Let's play.","key":"turn-0"}""" : string.Create(CultureInfo.InvariantCulture, $$"""{"text":"No.","reward":-1,"key":"turn-{{turn}}"}""")))];

    private int _conversations = 100_000;
    private int _turn = -1;

    /// <summary>Talks until the moment given; every turn's latency in milliseconds goes into the list.</summary>
    /// <param name="end">Timestamp.</param>
    /// <param name="latencies">Where they go.</param>
    public async Task TalkAsync(long end, List<double> latencies)
    {
        while (Stopwatch.GetTimestamp() is var begin && begin < end)
        {
            await NextAsync();
            if (_turn is > 0 and <= Turns)
            {
                latencies.Add(Stopwatch.GetElapsedTime(begin).TotalMilliseconds);
            }
        }
    }

    private async Task NextAsync()
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"turns-{_conversations}-{number:00}");
        (var path, var body) = _turn switch
        {
            < 0 => ("/v1/conversations", Encoding.UTF8.GetBytes($$"""{"agent":"twenty-questions","id":"{{id}}"}""")),
            < Turns => ($"/v1/conversations/{id}/messages", Messages[_turn]),
            _ => ($"/v1/conversations/{id}/end", End),
        };
        using var content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        using var response = await client.PostAsync(endpoint ?? path, content);
        var answer = await response.Content.ReadAsByteArrayAsync();
        if (!response.IsSuccessStatusCode)
        {
            throw new HttpRequestException($"{path}: {(int)response.StatusCode} {Encoding.UTF8.GetString(answer)}");
        }

        _turn = _turn == Turns ? -1 : _turn + 1;
        if (_turn < 0)
        {
            _conversations++;
        }
    }
}
