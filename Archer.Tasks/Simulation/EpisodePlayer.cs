using System.Collections.Immutable;
using System.Globalization;
using Archer.Client.Conversations;
using Archer.Client.Http;
using Archer.Client.Randomness;

namespace Archer.Tasks.Simulation;

/// <summary>
/// Plays one episode of a task as a user of the public API: every request has an id or a key, so it may be sent again, and a
/// conversation that was interrupted is gone on with from what it holds.
/// </summary>
internal sealed class EpisodePlayer(ArcherClient client, SimulationOptions options)
{
    private readonly ITask _task = TaskCatalog.Find(options.Task);

    /// <summary>Plays <paramref name="episode"/>; null when its conversation had ended before and the simulation resumes.</summary>
    public async Task<EpisodeOutcome?> PlayAsync(long episode, CancellationToken cancellationToken)
    {
        var conversation = await StartAsync(episode, cancellationToken).ConfigureAwait(false);
        if (conversation.Status == ConversationStatus.Ended)
        {
            return null;
        }

        var game = _task.Start(SplitMix64.Derive(options.Seed, (ulong)episode), options.Noise);
        var turns = ImmutableArray.CreateBuilder<PlayedTurn>();
        var message = new UserMessage { Text = _task.Opening, Key = KeyOf(0) };
        while (true)
        {
            var (text, version, value) = turns.Count < conversation.Turns.Length
                ? Recorded(conversation.Turns[turns.Count])
                : await SayAsync(conversation.Id, message, cancellationToken).ConfigureAwait(false);
            var answer = game.Hear(text);
            turns.Add(new PlayedTurn(text, version, value, answer.Text));
            if (game.IsTerminated)
            {
                await EndAsync(conversation.Id, answer, cancellationToken).ConfigureAwait(false);
                return Outcome(episode, conversation.Id, game, turns.ToImmutable());
            }
            message = new UserMessage { Text = answer.Text, Reward = answer.Reward, Key = KeyOf(turns.Count) };
        }
    }

    private async Task<ConversationView> StartAsync(long episode, CancellationToken cancellationToken)
    {
        var start = new StartConversation
        {
            Agent = options.Agent,
            Id = options.ConversationId(episode),
            User = "simulated",
            Simulated = true,
            Split = options.Split,
            Sampling = options.Sampling,
            PolicyVersion = options.PolicyVersion,
        };
        var conversation = await client.StartAsync(start, cancellationToken).ConfigureAwait(false);
        if (!options.Resume && (conversation.Status == ConversationStatus.Ended || conversation.Turns.Length > 0))
        {
            throw new SimulationException(
                $"The conversation '{start.Id}' was played before, so its game would not be fresh: choose another run or another seed.");
        }
        return conversation;
    }

    private async Task<(string, string, float?)> SayAsync(string conversation, UserMessage message, CancellationToken cancellationToken)
    {
        var reply = await client.SayAsync(conversation, message, cancellationToken).ConfigureAwait(false);
        return (reply.Text, reply.PolicyVersion, reply.Value);
    }

    private static (string, string, float?) Recorded(TurnView turn) => (turn.Text, turn.PolicyVersion, turn.Value);

    private static string KeyOf(int turn) => "turn-" + turn.ToString(CultureInfo.InvariantCulture);

    private Task EndAsync(string conversation, TaskReply last, CancellationToken cancellationToken) =>
        client.EndAsync(
            conversation,
            new EndConversation { Outcome = ConversationOutcome.Terminated, Text = last.Text, Reward = last.Reward, Key = "end" },
            cancellationToken);

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
