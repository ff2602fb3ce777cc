using Archer.Client.Http;

namespace Archer.Client.CommandLine.Bench;

/// <summary>Warms up, then measures.</summary>
internal sealed class LoadRun(ArcherClient client, LoadOptions options, TimeProvider time)
{
    private long _conversations;

    /// <summary>What the measured load came to; when it is interrupted, what it had come to by then.</summary>
    /// <exception cref="OperationCanceledException">It was interrupted before anything was measured.</exception>
    public async Task<LoadReport> RunAsync(CancellationToken cancellationToken)
    {
        if (options.WarmUp > TimeSpan.Zero)
        {
            await PhaseAsync(options.WarmUp, null, cancellationToken).ConfigureAwait(false);
        }

        cancellationToken.ThrowIfCancellationRequested();
        var began = time.GetTimestamp();
        var tally = await PhaseAsync(options.Duration, options.Conversations, cancellationToken).ConfigureAwait(false);
        return LoadReport.Of(options, tally, time.GetElapsedTime(began));
    }

    private async Task<LoadTally> PhaseAsync(TimeSpan? duration, long? conversations, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        var users = Enumerable.Range(0, options.Users).Select(_ => new LoadUser(client, options, time)).ToArray();
        _conversations = 0;
        try
        {
            await Task.WhenAll(users.Select(user => Task.Run(() => user.RunAsync(Begins, IsGoingOn, cancellationToken), CancellationToken.None))).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Every user has stopped; what each saw until then counts.
        }
        var all = new LoadTally();
        foreach (var user in users)
        {
            all.Add(user.Tally);
        }

        return all;

        bool IsGoingOn() => duration is not { } limit || time.GetElapsedTime(began) < limit;

        bool Begins() => IsGoingOn() && (conversations is not { } most || Interlocked.Increment(ref _conversations) <= most);
    }
}
