using System.CommandLine;
using Archer.Client.Conversations;
using Archer.Client.Http;

namespace Archer.Client.CommandLine.Conversations;

/// <summary>Which conversations a command is about; the options and what they leave of an agent's conversations.</summary>
internal sealed class ConversationFilter
{
    private readonly Option<bool> _ended = new("--ended") { Description = "Only those that have ended." };
    private readonly Option<bool> _open = new("--open") { Description = "Only those that are open." };
    private readonly Option<bool> _live = new("--live") { Description = "Only those of live users, none of programs." };
    private readonly Option<bool> _simulated = new("--simulated") { Description = "Only those of programs, none of live users." };
    private readonly Option<double?> _return = NumberOption.Optional("--minimum-return", "Only those that have ended with at least this return.", double.MinValue, double.MaxValue);

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _ended, _open, _live, _simulated, _return })
        {
            command.Options.Add(option);
        }
    }

    /// <summary>What was asked for.</summary>
    /// <exception cref="UsageException">Nothing can be both.</exception>
    public Choice Read(ParseResult arguments)
    {
        var minimum = arguments.GetValue(_return);
        var ended = arguments.GetValue(_ended) || minimum is not null;
        var (live, simulated) = (arguments.GetValue(_live), arguments.GetValue(_simulated));
        if (ended && arguments.GetValue(_open))
        {
            throw new UsageException("--open and --ended (or --minimum-return) exclude each other.");
        }

        if (live && simulated)
        {
            throw new UsageException("--live and --simulated exclude each other.");
        }

        return new Choice(
            ended ? ConversationStatus.Ended : arguments.GetValue(_open) ? ConversationStatus.Open : null, minimum, live ? false : simulated ? true : null);
    }

    /// <param name="Status">Null takes both.</param>
    /// <param name="MinimumReturn">Null takes any.</param>
    /// <param name="Simulated">Null takes live ones and simulated ones.</param>
    internal sealed record Choice(ConversationStatus? Status, double? MinimumReturn, bool? Simulated)
    {
        /// <summary>The chosen ones of an agent's recent conversations, newest first.</summary>
        public IAsyncEnumerable<ConversationSummary> ListAsync(ArcherClient client, string agent, int most, CancellationToken cancellationToken)
        {
            var limit = MinimumReturn is null ? Math.Min(most, ConversationQuery.LargestLimit) : ConversationQuery.LargestLimit;
            var query = new ConversationQuery { Limit = limit, Status = Status, Simulated = Simulated };
            return client.EnumerateConversationsAsync(agent, query, cancellationToken)
                .Where(conversation => (Simulated is not { } simulated || conversation.Simulated == simulated)
                    && (MinimumReturn is not { } least || conversation.Return >= least))
                .Take(most);
        }

        /// <summary>Whether a conversation is chosen as it is now, late rewards included.</summary>
        public bool Takes(ConversationView conversation) =>
            (Status is not { } status || conversation.Status == status)
            && (MinimumReturn is not { } least || conversation.Return >= least)
            && (Simulated is not { } simulated || conversation.Simulated == simulated);
    }
}
