using System.Globalization;
using Archer.Client.Conversations;
using Archer.Client.Http;

namespace Archer.Client.CommandLine.Bench;

/// <summary>One user: starts a conversation, says fixed texts, ends it, and begins again. Kept out of learning (split hold_out).</summary>
internal sealed class LoadUser(ArcherClient client, LoadOptions options, TimeProvider time)
{
    // A silo that refuses at once is not asked as fast as the machine can.
    private static readonly TimeSpan PauseAfterError = TimeSpan.FromMilliseconds(100);

    public LoadTally Tally { get; } = new();

    /// <summary>Begins conversations while <paramref name="begins"/> says so; when <paramref name="isGoingOn"/> no longer does, the one in the making is ended early.</summary>
    public async Task RunAsync(Func<bool> begins, Func<bool> isGoingOn, CancellationToken cancellationToken)
    {
        while (begins())
        {
            try
            {
                await TalkAsync(isGoingOn, cancellationToken).ConfigureAwait(false);
            }
            catch (ArcherException failure)
            {
                Tally.AddError(KindOf(failure));
                await Task.Delay(PauseAfterError, time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task TalkAsync(Func<bool> isGoingOn, CancellationToken cancellationToken)
    {
        // As in life, many users with few conversations: the silo keeps a list of each user's.
        var user = $"bench-{Guid.NewGuid():N}";
        var start = new StartConversation { Agent = options.Agent, User = user, Split = ReplaySplit.HoldOut, PolicyVersion = options.PolicyVersion };
        var id = (await TimedAsync(Tally.Starts, () => client.StartAsync(start, cancellationToken)).ConfigureAwait(false)).Id;
        var turn = 0;
        for (; turn < options.Turns && isGoingOn(); turn++)
        {
            var message = new UserMessage { Text = options.Texts[turn % options.Texts.Length], Key = turn.ToString(CultureInfo.InvariantCulture) };
            var reply = await TimedAsync(Tally.Messages, () => client.SayAsync(id, message, cancellationToken)).ConfigureAwait(false);
            Tally.Turns++;
            Tally.AddVersion(reply.PolicyVersion);
        }
        var end = new EndConversation { Outcome = ConversationOutcome.Truncated, Key = "end" };
        await TimedAsync(Tally.Ends, () => client.EndAsync(id, end, cancellationToken)).ConfigureAwait(false);
        Tally.Conversations += turn == options.Turns ? 1 : 0;
    }

    private async Task<T> TimedAsync<T>(List<double> milliseconds, Func<Task<T>> request)
    {
        var began = time.GetTimestamp();
        try
        {
            return await request().ConfigureAwait(false);
        }
        finally
        {
            milliseconds.Add(time.GetElapsedTime(began).TotalMilliseconds);
        }
    }

    private static string KindOf(ArcherException failure) => failure is ArcherApiException refusal
        ? $"{(int)refusal.Status} {refusal.ProblemType[(refusal.ProblemType.LastIndexOf(':') + 1)..]}".TrimEnd()
        : "no answer";
}
