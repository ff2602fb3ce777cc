using Archer.Client;
using Archer.Client.Conversations;
using Archer.Client.Users;
using Archer.Grains.Conversations;
using Archer.Grains.Storage;
using Microsoft.Extensions.Options;

namespace Archer.Grains.Users;

/// <summary>Starts on the same page share writes. Every conversation answers a repeated erasure as the first one, so that a crash in the middle loses nothing.</summary>
[CollectionAgeLimit(Minutes = 2)]
internal sealed partial class UserPageGrain(
    [PersistentState("user", StorageNames.State)] IPersistentState<UserState> state,
    IOptions<ConversationOptions> options,
    TimeProvider time) : Grain, IUserPageGrain
{
    /// <summary>Conversations of a full page: a page is written whole at every start.</summary>
    public const int Size = 128;

    private const int AtOnce = 16;
    private readonly Dictionary<string, UserConversation> _conversations = new(StringComparer.Ordinal);
    private CoalescingWriter? _writer;
    private UserErasure _erased = new();

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _writer = new CoalescingWriter(WriteAsync);
        _erased = state.State.Erased;
        foreach (var conversation in state.State.Conversations)
        {
            _conversations[conversation.Id] = conversation;
        }

        return Task.CompletedTask;
    }

    public async Task<bool> AddAsync(string conversation, string agent)
    {
        if (_conversations.Count >= Size && !_conversations.ContainsKey(conversation))
        {
            return false;
        }

        _conversations[conversation] = new UserConversation(conversation, agent, time.GetUtcNow());
        await _writer!.WriteAsync();
        return true;
    }

    public async Task<UserErasure> EraseAsync(CancellationToken cancellationToken)
    {
        var gone = new List<(UserConversation Conversation, ConversationErasure? Erasure)>();
        foreach (var chunk in _conversations.Values.ToList().Chunk(AtOnce))
        {
            var answers = await Task.WhenAll(chunk.Select(conversation => EraseAsync(conversation.Id, cancellationToken)));
            gone.AddRange(chunk.Zip(answers).Where(pair => pair.Second is not null || !MayStillStart(pair.First)));
        }

        if (gone.Count > 0)
        {
            _erased = UserErasures.Sum(
                [_erased, .. gone.Where(one => one.Erasure is not null).Select(one => UserErasures.Of(one.Conversation.Agent, one.Erasure!))]);
            gone.ForEach(one => _conversations.Remove(one.Conversation.Id));
            await _writer!.WriteAsync();
        }

        return _erased;
    }

    /// <summary>Null when it has not started, which it may still do for a while: it stays on the list so long.</summary>
    private async Task<ConversationErasure?> EraseAsync(string conversation, CancellationToken cancellationToken)
    {
        try
        {
            return await GrainFactory.GetGrain<IConversationGrain>(conversation).EraseAsync(cancellationToken);
        }
        catch (ConversationNotFoundException)
        {
            return null;
        }
    }

    private async Task WriteAsync()
    {
        try
        {
            state.State = new UserState
            {
                Conversations = [.. _conversations.Values],
                Erased = _erased,
            };
            await state.WriteStateAsync();
        }
        catch (Exception exception)
        {
            // Whether it was written is not known: this activation ends, the next one reads what is there.
            DeactivateOnIdle();
            throw new StorageUnavailableException(
                "The list of a user's conversations could not be written: send the same request again.", options.Value.StorageRetryAfter, exception);
        }
    }
}
