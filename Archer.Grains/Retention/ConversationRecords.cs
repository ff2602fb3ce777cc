using System.Globalization;
using Archer.Client.Conversations;
using Archer.Grains.Conversations;
using Orleans.Storage;

namespace Archer.Grains.Retention;

/// <summary>Stored states of conversations, for storage that keeps no ends beside them.</summary>
public static class ConversationRecords
{
    private const string StateName = "conversation";

    /// <summary>The grain of a conversation.</summary>
    public static GrainId IdOf(string conversation) => GrainId.Create("conversation", conversation);

    /// <summary>A stored conversation that has ended; null when there is none, it has not ended, or was erased.</summary>
    public static async Task<ConversationView?> ReadEndedAsync(IGrainStorage storage, GrainId grain)
    {
        var state = new GrainState<ConversationState>();
        await storage.ReadStateAsync(StateName, grain, state);
        return state is { RecordExists: true } && state.State?.FindEnd() is { Kind: not RetentionKind.Erased } ? state.State.ToView() : null;
    }

    /// <summary>The end of a stored conversation and the version that has it; null when there is none or it has not ended.</summary>
    public static async Task<EndedState?> FindEndAsync(IGrainStorage storage, GrainId grain)
    {
        var state = new GrainState<ConversationState>();
        await storage.ReadStateAsync(StateName, grain, state);
        return state is { RecordExists: true, ETag: { } tag } && state.State?.FindEnd() is { } end ? new EndedState(grain.ToString(), end, tag) : null;
    }

    /// <summary>Removes a stored conversation that still has the version.</summary>
    /// <exception cref="InconsistentStateException">It was written since.</exception>
    public static Task ClearAsync(IGrainStorage storage, EndedState ended)
    {
        var state = new GrainState<ConversationState>(new ConversationState(), ended.Tag) { RecordExists = true };
        return storage.ClearStateAsync(StateName, GrainId.Parse(ended.Grain, CultureInfo.InvariantCulture), state);
    }
}
