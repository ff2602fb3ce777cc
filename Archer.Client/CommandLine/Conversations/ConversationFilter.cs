using System.CommandLine;
using System.Runtime.CompilerServices;
using Archer.Client.Conversations;
using Archer.Client.Http;

namespace Archer.Client.CommandLine.Conversations;

/// <summary>Which conversations a command is about; the options and what they leave of an agent's recent conversations.</summary>
internal sealed class ConversationFilter
{
    private readonly Option<bool> _ended = new("--ended") { Description = "Only those that have ended." };
    private readonly Option<bool> _open = new("--open") { Description = "Only those that are open." };
    private readonly Option<bool> _live = new("--live") { Description = "Only those of live users, none of programs." };
    private readonly Option<double?> _return = NumberOption.Optional("--minimum-return", "Only those that have ended with at least this return.", double.MinValue, double.MaxValue);

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _ended, _open, _live, _return })
            command.Options.Add(option);
    }

    /// <summary>What was asked for.</summary>
    /// <exception cref="UsageException">Nothing can be both.</exception>
    public Choice Read(ParseResult arguments)
    {
        var minimum = arguments.GetValue(_return);
        var ended = arguments.GetValue(_ended) || minimum is not null;
        if (ended && arguments.GetValue(_open))
            throw new UsageException("--open and --ended (or --minimum-return) exclude each other.");
        return new Choice(ended ? ConversationStatus.Ended : arguments.GetValue(_open) ? ConversationStatus.Open : null, minimum, arguments.GetValue(_live));
    }

    /// <param name="Status">Null takes both.</param>
    /// <param name="MinimumReturn">Null takes any.</param>
    /// <param name="Live">Leaves simulated ones out.</param>
    internal sealed record Choice(ConversationStatus? Status, double? MinimumReturn, bool Live)
    {
        /// <summary>The chosen conversations of an agent, newest first; as far back as it remembers.</summary>
        public async IAsyncEnumerable<ConversationSummary> ListAsync(
            ArcherClient client, string agent, int most, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            var query = new ConversationQuery { Limit = Math.Min(most, ConversationQuery.LargestLimit), Status = Status };
            var left = most;
            do
            {
                var page = await client.ListConversationsAsync(agent, query, cancellationToken).ConfigureAwait(false);
                foreach (var conversation in page.Conversations.Where(Takes))
                {
                    if (left-- == 0)
                        yield break;
                    yield return conversation;
                }
                query = query with { Before = page.Before };
            }
            while (query.Before is not null && left > 0);
        }

        private bool Takes(ConversationSummary conversation) =>
            !(Live && conversation.Simulated) && (MinimumReturn is not { } least || conversation.Return >= least);
    }
}
