using Archer.Client.Conversations;
using Archer.Client.History;

namespace Archer.Grains.Agents.Local;

/// <summary>What a silo has to tell an agent and its history.</summary>
internal sealed class LocalOutbox
{
    public int Turns { get; set; }

    public List<AdmissionChange> Admissions { get; } = [];

    public List<ConversationSummary> Started { get; } = [];

    public List<EndedEntry> Ended { get; } = [];

    public bool IsEmpty => Turns == 0 && Admissions.Count == 0 && Started.Count == 0 && Ended.Count == 0;
}

/// <summary>A conversation that ended, and who waits until that is counted.</summary>
internal readonly record struct EndedEntry(EpisodeSummary Summary, EndedConversation Conversation, TaskCompletionSource Counted);
