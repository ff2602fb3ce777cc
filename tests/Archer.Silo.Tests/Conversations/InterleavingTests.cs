using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using Archer.Client;
using Archer.Replay;
using Archer.Silo.Tests.Http;
using Archer.Testing.Grains;
using Microsoft.Extensions.DependencyInjection;

namespace Archer.Silo.Tests.Conversations;

/// <summary>
/// Several clients talk in one conversation at once: each message is sent by two of them under one key, whole or streamed, given up in the middle,
/// sent again; an end comes at any moment. Whatever the order: each key has one turn, each turn continues the one before, and each is one row.
/// </summary>
public sealed class InterleavingTests : IClassFixture<SiloFixture>
{
    private const int Keys = 6;
    private const int Attempts = 40;
    private readonly SiloFixture _silo;

    public InterleavingTests(SiloFixture silo)
    {
        _silo = silo;
        silo.Policy.Reply = request =>
            $"{request.UserText} in turn {request.History.Length} after {request.History.LastOrDefault().AgentText?.Split(' ')[0] ?? "nothing"}";
    }

    [Fact]
    public async Task Messages_TogetherAgainAndGivenUp_MakeEachOneTurn()
    {
        var (conflicts, abandoned) = (0, 0);
        for (var seed = 1; seed <= 40; seed++)
        {
            var random = new Random(seed);
            var pauses = new Random(seed);
            _silo.Policy.Pause = token => PauseAsync(pauses, token);
            var id = await _silo.BeginAsync($"together-{seed}");
            var run = new Run(_silo, id);
            var ends = seed % 2 == 0;
            List<Task> clients = [.. Enumerable.Range(0, 4).Select(client => Task.Run(() => run.TalkAsync(random.Next(), client)))];
            if (ends)
            {
                clients.Add(Task.Run(() => run.EndAfterAsync(random.Next(Keys))));
            }

            await Task.WhenAll(clients);
            _silo.Policy.Pause = null;
            if (!ends)
            {
                await run.EndAfterAsync(0);
            }

            await AssertWholeAsync(run, everything: !ends);
            (conflicts, abandoned) = (conflicts + run.Conflicts, abandoned + run.Abandoned);
        }

        Assert.True(conflicts > 10 && abandoned > 10, $"{conflicts} conflicts, {abandoned} given up: the test shows nothing.");
    }

    private async Task AssertWholeAsync(Run run, bool everything)
    {
        var view = await _silo.Http.GetAsync($"/v1/conversations/{run.Id}").JsonAsync();
        var turns = view.GetProperty("turns").EnumerateArray()
            .Select(turn => (User: turn.GetProperty("user_text").GetString()!, Text: turn.GetProperty("text").GetString()!)).ToList();
        Assert.Equal("ended", view.GetProperty("status").GetString());
        Assert.Equal(turns.Count, turns.Select(turn => turn.User).Distinct().Count());
        for (var i = 0; i < turns.Count; i++)
        {
            Assert.Equal($"{turns[i].User} in turn {i} after {(i == 0 ? "nothing" : turns[i - 1].User)}", turns[i].Text);
        }

        foreach (var (key, replies) in run.Replies.GroupBy(reply => reply.Key).Select(group => (group.Key, group.Select(reply => reply.Reply).Distinct().ToList())))
        {
            var (turn, text) = Assert.Single(replies);
            Assert.Equal((key, text), turns[turn]);
        }

        Assert.Equal(everything ? Keys : turns.Count, turns.Count);
        var store = _silo.Services.GetRequiredService<IReplayStore>();
        await Eventually.TrueAsync(
            async () => (await store.ReadConversationAsync(GrainPlatform.Agent, run.Id)).Count == turns.Count, $"{turns.Count} rows of {run.Id}");
        var rows = (await store.ReadConversationAsync(GrainPlatform.Agent, run.Id)).Select(entry => entry.Row!).ToList();
        Assert.Equal(turns, rows.Select(row => (row.UserText, row.Utterance.Text)));
        Assert.All(rows, row => Assert.Equal((0, row.Key.Turn == turns.Count - 1), (row.Key.Revision, row.Terminated)));
    }

    private static async Task PauseAsync(Random random, CancellationToken cancellationToken)
    {
        int turns;
        lock (random)
        {
            turns = random.Next(12);
        }

        for (var i = 0; i < turns; i++)
        {
            await Task.Yield();
        }

        cancellationToken.ThrowIfCancellationRequested();
    }

    private sealed class Run(SiloFixture silo, string id)
    {
        private int _answered;
        private int _conflicts;
        private int _abandoned;

        public string Id => id;

        public int Conflicts => _conflicts;

        public int Abandoned => _abandoned;

        public ConcurrentBag<(string Key, (int Turn, string Text) Reply)> Replies { get; } = [];

        /// <summary>Half of the clients send the keys from the first on, half from the last on.</summary>
        public async Task TalkAsync(int seed, int client)
        {
            var random = new Random(seed);
            for (var i = 0; i < Keys; i++)
            {
                var key = $"m{(client % 2 == 0 ? i : Keys - 1 - i)}";
                for (var attempt = 0; attempt < Attempts && await SendAsync(random, key); attempt++)
                {
                }
            }
        }

        public async Task EndAfterAsync(int turns)
        {
            while (Volatile.Read(ref _answered) < turns)
            {
                await Task.Yield();
            }

            await silo.PostAsync($"/v1/conversations/{id}/end", """{"outcome":"terminated","key":"end"}""").JsonAsync();
        }

        /// <summary>Whether to send again.</summary>
        private async Task<bool> SendAsync(Random random, string key)
        {
            var stream = random.Next(2) == 0;
            var pieces = random.Next(3) == 0 ? random.Next(3) : int.MaxValue;
            using var left = new CancellationTokenSource();
            using var request = new HttpRequestMessage(HttpMethod.Post, $"/v1/conversations/{id}/messages")
            {
                Content = new StringContent($$"""{"text":"{{key}}","key":"{{key}}","stream":{{(stream ? "true" : "false")}}}""", null, "application/json"),
            };
            try
            {
                var sending = silo.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, left.Token);
                if (pieces == 0)
                {
                    await left.CancelAsync();
                }

                using var answer = await sending;
                if (answer.StatusCode == HttpStatusCode.OK)
                {
                    return stream ? await ReadEventsAsync(answer, key, pieces) : Note(key, JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement);
                }

                Assert.True(answer.StatusCode is HttpStatusCode.Conflict or HttpStatusCode.ServiceUnavailable, $"{answer.StatusCode} for {key}");
                return Refused(await answer.Content.ReadAsStringAsync());
            }
            catch (Exception gone) when (left.IsCancellationRequested && gone is OperationCanceledException or HttpRequestException or IOException)
            {
                Interlocked.Increment(ref _abandoned);
                return true;
            }
        }

        private async Task<bool> ReadEventsAsync(HttpResponseMessage answer, string key, int pieces)
        {
            using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync());
            var kind = "";
            for (var read = 0; await reader.ReadLineAsync() is { } line;)
            {
                kind = line.StartsWith("event: ", StringComparison.Ordinal) ? line[7..] : kind;
                if (!line.StartsWith("data: ", StringComparison.Ordinal))
                {
                    continue;
                }

                if (kind == "error")
                {
                    return Refused(line[6..]);
                }

                if (kind == "reply")
                {
                    return Note(key, JsonDocument.Parse(line[6..]).RootElement.GetProperty("reply"));
                }

                if (++read == pieces)
                {
                    Interlocked.Increment(ref _abandoned);
                    return true;
                }
            }

            Assert.Fail($"The stream of {key} ended without a reply and without an error.");
            return true;
        }

        private bool Note(string key, JsonElement reply)
        {
            Replies.Add((key, (reply.GetProperty("turn").GetInt32(), reply.GetProperty("text").GetString()!)));
            Interlocked.Increment(ref _answered);
            return false;
        }

        private bool Refused(string problem)
        {
            var type = JsonDocument.Parse(problem).RootElement.GetProperty("type").GetString();
            if (type == ProblemTypes.SiloUnavailable)
            {
                // It ended and was leaving memory just then.
                return true;
            }

            Assert.True(type is ProblemTypes.Conflict or ProblemTypes.ConversationEnded, problem);
            Interlocked.Increment(ref _conflicts);
            return type == ProblemTypes.Conflict;
        }
    }
}
