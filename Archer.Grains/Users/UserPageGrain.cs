using Archer.Client;
using Archer.Client.Conversations;
using Archer.Client.Users;
using Archer.Grains.Conversations;
using Archer.Grains.Storage;
using Microsoft.Extensions.Options;

namespace Archer.Grains.Users;

/// <summary>Starts on the same page share writes. Every conversation answers a repeated erasure as the first one, so that a crash in the middle loses nothing.</summary>
internal sealed class UserPageGrain(
    [PersistentState("user", StorageNames.State)] IPersistentState<UserState> state,
    IOptions<ConversationOptions> options) : Grain, IUserPageGrain
{
    /// <summary>Conversations of a full page: a page is written whole at every start.</summary>
    public const int Size = 128;

    private const int AtOnce = 16;
    private readonly Dictionary<string, string> _agents = new(StringComparer.Ordinal);
    private CoalescingWriter? _writer;
    private UserErasure _erased = new();

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _writer = new CoalescingWriter(WriteAsync);
        _erased = state.State.Erased;
        foreach (var conversation in state.State.Conversations)
        {
            _agents[conversation.Id] = conversation.Agent;
        }

        return Task.CompletedTask;
    }

    public async Task<bool> AddAsync(string conversation, string agent)
    {
        if (_agents.Count >= Size && !_agents.ContainsKey(conversation))
        {
            return false;
        }

        _agents[conversation] = agent;
        await _writer!.WriteAsync();
        return true;
    }

    public async Task<UserErasure> EraseAsync(CancellationToken cancellationToken)
    {
        var gone = new List<(string Agent, ConversationErasure Erasure)>();
        foreach (var chunk in _agents.ToList().Chunk(AtOnce))
        {
            var answers = await Task.WhenAll(chunk.Select(conversation => EraseAsync(conversation.Key, cancellationToken)));
            gone.AddRange(chunk.Zip(answers).Where(pair => pair.Second is not null).Select(pair => (pair.First.Value, pair.Second!)));
        }

        if (gone.Count > 0)
        {
            _erased = UserErasures.Sum([_erased, .. gone.Select(conversation => UserErasures.Of(conversation.Agent, conversation.Erasure))]);
            gone.ForEach(conversation => _agents.Remove(conversation.Erasure.Conversation));
            await _writer!.WriteAsync();
        }

        return _erased;
    }

    /// <summary>Null when it has not started, which it may still do: it stays on the list.</summary>
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
                Conversations = [.. _agents.Select(conversation => new UserConversation(conversation.Key, conversation.Value))],
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
