using System.Collections.Immutable;
using Archer.Client.Conversations;
using Archer.Client.Policies;
using Archer.Client.Randomness;
using Archer.Policy.Serving.Local;
using Archer.Policy.Text;
using Archer.Tasks;
using Archer.Tasks.Simulation;

namespace Archer.Trainer.Evaluation;

/// <summary>
/// Plays fresh games of a task with a checkpoint in this process. Hidden items, answer noise and sampling derive from the same seeds as a simulation's
/// through a silo whose agent has seed 0: both play the same games.
/// </summary>
internal sealed class CheckpointEvaluation(LocalPolicy policy, SimulationOptions options, TimeProvider time)
{
    private readonly ITask _task = TaskCatalog.Find(options.Task);
    private readonly SimulationTally _tally = new(options.Task);
    private readonly long _started = time.GetTimestamp();
    private long _next = options.FirstEpisode;

    /// <summary>The numbers so far; any thread may ask.</summary>
    public SimulationSummary Summary => _tally.Summarize(time.GetElapsedTime(_started));

    /// <summary>Called after every game, by whoever played it.</summary>
    public Action<EpisodeOutcome>? Played { get; init; }

    /// <summary>Plays all games, as many at the same time as there are users.</summary>
    public async Task<SimulationSummary> RunAsync(CancellationToken cancellationToken)
    {
        var end = options.FirstEpisode + options.Episodes!.Value;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAll(Enumerable.Range(0, options.Users).Select(_ => Task.Run(PlayGamesAsync, CancellationToken.None)));
        return Summary;

        async Task PlayGamesAsync()
        {
            try
            {
                while (Interlocked.Increment(ref _next) - 1 is var episode && episode < end)
                {
                    var outcome = await PlayAsync(episode, stop.Token);
                    _tally.Add(outcome);
                    Played?.Invoke(outcome);
                }
            }
            catch
            {
                await stop.CancelAsync();
                throw;
            }
        }
    }

    private async Task<EpisodeOutcome> PlayAsync(long episode, CancellationToken cancellationToken)
    {
        var conversation = options.ConversationId(episode);
        var game = _task.Start(SplitMix64.Derive(options.Seed, (ulong)episode), options.Noise);
        var turns = ImmutableArray.CreateBuilder<PlayedTurn>();
        ImmutableArray<int> observation = [];
        ImmutableArray<int> last = [];
        var message = _task.Opening;
        while (!game.IsTerminated)
        {
            observation = [.. observation, .. policy.Template.PromptDelta([ChatMessage.User(message)], last.AsSpan())];
            var utterance = await policy.SayAsync(observation, Sampling(conversation, turns.Count), cancellationToken);
            last = utterance.TokenIds;
            observation = [.. observation, .. last];
            message = game.Hear(utterance.Text).Text;
            turns.Add(new PlayedTurn(utterance.Text, utterance.PolicyVersion, utterance.Value, message));
        }
        return Outcome(episode, conversation, game, turns.ToImmutable());
    }

    private SamplingSettings Sampling(string conversation, int turn)
    {
        var settings = (options.Sampling ?? new SamplingOverrides()).ApplyTo(new SamplingSettings());
        return settings with { Seed = UtteranceSeed.Derive(0, conversation, turn) };
    }

    private static EpisodeOutcome Outcome(long episode, string conversation, ITaskEpisode game, ImmutableArray<PlayedTurn> turns) => new()
    {
        Episode = episode,
        Conversation = conversation,
        Hidden = game.Hidden,
        Won = game.IsWon,
        Return = game.Return,
        Turns = turns,
        Counts = game.Counts,
    };
}
