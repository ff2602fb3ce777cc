using System.Runtime.CompilerServices;
using Archer.Client.Conversations;
using Archer.Client.Http;

namespace Archer.Client.CommandLine.Chat;

/// <summary>The conversation of a chat. It starts with its first message, so that who says nothing leaves nothing behind.</summary>
internal sealed class ChatTalk
{
    private readonly ArcherClient _client;
    private readonly StartConversation? _start;

    public ChatTalk(ArcherClient client, StartConversation start)
    {
        _client = client;
        _start = start;
    }

    public ChatTalk(ArcherClient client, ConversationView conversation)
    {
        _client = client;
        Id = conversation.Id;
        Turns = conversation.Turns.Length;
    }

    /// <summary>Null before the first message.</summary>
    public string? Id { get; private set; }

    public int Turns { get; private set; }

    public bool IsOpen { get; private set; } = true;

    /// <summary>The reply as it is generated; the last fragment has all of it.</summary>
    public async IAsyncEnumerable<TurnFragment> SayAsync(string text, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Id ??= (await _client.StartAsync(_start!, cancellationToken).ConfigureAwait(false)).Id;
        var message = new UserMessage { Text = text, Key = $"chat-{Guid.NewGuid():N}" };
        await foreach (var fragment in _client.StreamAsync(Id, message, cancellationToken).ConfigureAwait(false))
        {
            Turns = fragment.Reply?.Turn + 1 ?? Turns;
            yield return fragment;
        }
    }

    public Task<RewardReceipt> RewardAsync(float reward, CancellationToken cancellationToken) => Id is null || Turns == 0
        ? throw new CommandException("There is no reply to rate yet.")
        : _client.RewardAsync(Id, new RewardReport { Reward = reward, Key = $"chat-{Guid.NewGuid():N}" }, cancellationToken);

    /// <summary>Ends it as terminated, with the user's last words if there are any.</summary>
    public async Task<ConversationView> EndAsync(string? text, CancellationToken cancellationToken)
    {
        if (Id is null)
        {
            throw new CommandException("There is no conversation to end yet.");
        }

        var end = new EndConversation { Outcome = ConversationOutcome.Terminated, Text = text, Key = $"chat-{Guid.NewGuid():N}" };
        var ended = await _client.EndAsync(Id, end, cancellationToken).ConfigureAwait(false);
        IsOpen = false;
        return ended;
    }
}
