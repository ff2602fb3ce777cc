using System.Collections.Concurrent;
using Archer.Client;
using Archer.Client.Http;

namespace Archer.Tasks.Simulation;

/// <summary>
/// A number of simulated users that play a task with an agent through the public API, one game each at a time. Games are numbered:
/// the hidden item of a game and its conversation's id depend on its number and the seed alone, so one user plays the same conversations
/// again against the same policy. Starts that the silo holds back (429) wait for as long as the client's options say.
/// </summary>
/// <param name="client">Talks to the silo; stays the caller's to dispose.</param>
/// <param name="options">Who plays what.</param>
/// <param name="time">Clock of the numbers and pauses; null takes the system's.</param>
public sealed class SimulatedUsers(ArcherClient client, SimulationOptions options, TimeProvider? time = null)
{
    // A user whose games are long falls behind the others by a few of theirs.
    private const int OpenGamesPerUser = 4;
    private static readonly TimeSpan PauseAfterError = TimeSpan.FromSeconds(1);

    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly SimulationTally _tally = new(options.Task);
    private readonly ConcurrentBag<EpisodeOutcome> _outcomes = [];
    private long _started;
    private long _next;
    private long _end;
    private volatile bool _interrupted;

    /// <summary>Called after every game, by the user that played it; must not throw.</summary>
    public Action<EpisodeOutcome>? Played { get; init; }

    /// <summary>Called with the number of a game that was given up and the reason; only with <see cref="SimulationOptions.ContinueOnError"/>.</summary>
    public Action<long, ArcherException>? GivenUp { get; init; }

    /// <summary>The numbers so far; any thread may ask while the simulation runs.</summary>
    public SimulationSummary Summary => _tally.Summarize(_started == 0 ? TimeSpan.Zero : _time.GetElapsedTime(_started));

    /// <summary>Plays all episodes, or until cancelled; what was played until then is the result in both cases. To be called once.</summary>
    /// <exception cref="ArgumentException">The options are wrong; the message lists every problem.</exception>
    /// <exception cref="ArcherException">A game failed and <see cref="SimulationOptions.ContinueOnError"/> is not set.</exception>
    public async Task<SimulationResult> RunAsync(CancellationToken cancellationToken)
    {
        var problems = options.Problems().ToList();
        if (problems.Count != 0)
        {
            throw new ArgumentException(string.Join(" ", problems));
        }

        var player = new EpisodePlayer(client, options);
        _started = _time.GetTimestamp();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            await ChooseEpisodesAsync(stop.Token).ConfigureAwait(false);
            await Task.WhenAll(Enumerable.Range(0, options.Users).Select(_ => Task.Run(() => PlayGamesAsync(player, stop), CancellationToken.None)))
                .ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            _interrupted = true;
        }
        return new SimulationResult
        {
            Summary = Summary,
            Episodes = [.. _outcomes.OrderBy(outcome => outcome.Episode)],
            Cancelled = _interrupted,
        };
    }

    private async Task ChooseEpisodesAsync(CancellationToken cancellationToken)
    {
        _end = options.Episodes is { } episodes ? options.FirstEpisode + episodes : long.MaxValue;
        _next = options.FirstEpisode;
        if (options.Resume)
        {
            var unstarted = await EpisodeSearch.FirstUnstartedAsync(client, options, cancellationToken).ConfigureAwait(false);
            _next = Math.Max(options.FirstEpisode, unstarted - (long)options.Users * OpenGamesPerUser);
        }
    }

    private async Task PlayGamesAsync(EpisodePlayer player, CancellationTokenSource stop)
    {
        while (Interlocked.Increment(ref _next) - 1 is var episode && episode < _end)
        {
            try
            {
                Count(await player.PlayAsync(episode, stop.Token).ConfigureAwait(false));
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                _interrupted = true;
                return;
            }
            catch (ArcherException failure) when (options.ContinueOnError)
            {
                _tally.AddFailure();
                GivenUp?.Invoke(episode, failure);
                await Task.Delay(PauseAfterError, _time, stop.Token).ConfigureAwait(false);
            }
            catch
            {
                await stop.CancelAsync().ConfigureAwait(false);
                throw;
            }
        }
    }

    private void Count(EpisodeOutcome? outcome)
    {
        if (outcome is null)
        {
            _tally.AddSkipped();
            return;
        }
        _tally.Add(outcome);
        if (options.Episodes is not null)
        {
            _outcomes.Add(outcome);
        }

        Played?.Invoke(outcome);
    }
}
