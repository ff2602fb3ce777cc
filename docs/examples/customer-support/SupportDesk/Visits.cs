using System.Globalization;
using Archer.Client.Conversations;
using Archer.Client.Http;
using Archer.Client.Randomness;

namespace SupportDesk;

/// <summary>How many customers come, and how.</summary>
internal sealed record VisitOptions
{
    public required string Agent { get; init; }

    public required int Customers { get; init; }

    public required int Conversations { get; init; }

    public required ulong Seed { get; init; }

    /// <summary>First part of the conversations' ids.</summary>
    public required string Run { get; init; }

    /// <summary>The conversations are measured and not learned from.</summary>
    public required bool Evaluation { get; init; }

    /// <summary>Version that answers; null takes the one that serves.</summary>
    public required string? Version { get; init; }
}

/// <summary>How one conversation went.</summary>
/// <param name="Resolved">The customer was helped.</param>
/// <param name="Replies">Replies until the end.</param>
/// <param name="Return">Sum of the rewards, as the silo counts it.</param>
/// <param name="Version">Version that gave the last reply.</param>
internal readonly record struct Visit(bool Resolved, int Replies, double Return, string Version);

/// <summary>The shop's app: takes customers' messages to the agent, and what they thought of the replies back to it.</summary>
internal sealed class Visits(ArcherClient client, VisitOptions options)
{
    private const float ThumbsUp = 1;
    private const float ThumbsDown = -1;
    private const float ResolvedReward = 2;
    private const float UnresolvedReward = -2;

    /// <summary>All conversations, some at the same time.</summary>
    public async Task<IReadOnlyList<Visit>> RunAsync(CancellationToken cancellationToken)
    {
        var visits = new Visit[options.Conversations];
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = options.Customers, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, options.Conversations, parallel, async (index, token) => visits[index] = await VisitAsync(index, token));
        return visits;
    }

    private async Task<Visit> VisitAsync(int index, CancellationToken cancellationToken)
    {
        var customer = new Customer(Desk.Shop, SplitMix64.Derive(options.Seed, (ulong)index));
        var id = string.Create(CultureInfo.InvariantCulture, $"{options.Run}-{options.Seed}-{index}");
        await client.StartAsync(Start(id), cancellationToken);
        var text = customer.Opening;
        for (var turn = 0; ; turn++)
        {
            var reply = await client.SayAsync(id, new UserMessage { Text = text, Key = $"turn-{turn}" }, cancellationToken);
            var reaction = customer.Hear(reply.Text);
            if (reaction.Feedback != Feedback.None)
            {
                var thumbs = reaction.Feedback == Feedback.Up ? ThumbsUp : ThumbsDown;
                await client.RewardAsync(id, new RewardReport { Turn = turn, Reward = thumbs, Key = $"thumbs-{turn}" }, cancellationToken);
            }

            if (reaction.Over)
            {
                var ended = await client.EndAsync(id, End(reaction), cancellationToken);
                return new Visit(reaction.Resolved, turn + 1, ended.Return, reply.PolicyVersion);
            }

            text = reaction.Text;
        }
    }

    private StartConversation Start(string id) => new()
    {
        Agent = options.Agent,
        Id = id,
        // These customers are programs: they wait when the learner has enough to do. An app with live customers leaves this out.
        Simulated = true,
        Split = options.Evaluation ? ReplaySplit.HoldOut : null,
        PolicyVersion = options.Version,
    };

    private static EndConversation End(Reaction last) => new()
    {
        Outcome = ConversationOutcome.Terminated,
        Text = last.Text,
        Reward = last.Resolved ? ResolvedReward : UnresolvedReward,
        Key = "end",
    };
}
