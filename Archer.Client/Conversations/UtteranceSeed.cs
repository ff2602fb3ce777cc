namespace Archer.Client.Conversations;

/// <summary>The sampling seed of an utterance: the same agent seed, conversation and turn sample the same, in any process and order.</summary>
public static class UtteranceSeed
{
    /// <summary>53 bits, so that every JSON reader keeps them.</summary>
    public static ulong Derive(ulong agentSeed, string conversation, int turn) =>
        ConversationHash.Of(conversation, ConversationHash.Mix(agentSeed) + (ulong)turn) >> 11;
}
