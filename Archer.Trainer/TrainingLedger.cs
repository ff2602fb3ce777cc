using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Archer.Client.Conversations;
using Archer.Policy.Checkpoints;

namespace Archer.Trainer;

/// <summary>
/// What must outlive a restart from an older state: the step published last, the conversations that iterations failed on. Beside the learner's states;
/// conversations as hashes, so that an erased one leaves no word here.
/// </summary>
internal sealed class TrainingLedger
{
    private const string FileName = ".ledger.json";
    private const int MaxQuarantined = 131_072;
    private readonly CheckpointStore _states;
    private readonly HashSet<ulong> _quarantined;
    private LedgerPage _page;

    private TrainingLedger(CheckpointStore states, LedgerPage page)
    {
        (_states, _page) = (states, page);
        _quarantined = [.. page.Quarantined];
    }

    /// <summary>Newest step that was given to publication; 0 before the first.</summary>
    public long PublishedStep => _page.PublishedStep;

    /// <summary>Opens the ledger of an agent; an empty one when there is none.</summary>
    /// <param name="states">The learner's states, claimed.</param>
    /// <param name="damage">What was wrong with the file, in which case the ledger is empty; null otherwise.</param>
    public static TrainingLedger Open(CheckpointStore states, out string? damage)
    {
        damage = null;
        try
        {
            var page = states.ReadNote(FileName) is { } bytes ? JsonSerializer.Deserialize(bytes, LedgerJson.Default.LedgerPage) : null;
            return new TrainingLedger(states, page ?? new LedgerPage());
        }
        catch (JsonException exception)
        {
            damage = $"{FileName} at {exception.Path ?? "$"}: {exception.Message}";
            return new TrainingLedger(states, new LedgerPage());
        }
    }

    /// <summary>Whether a conversation is skipped.</summary>
    public bool IsQuarantined(string conversation) => _quarantined.Contains(ConversationHash.Of(conversation));

    /// <summary>There is no saved state: steps count from 0 again, and those published before were another learner's.</summary>
    public void BeginAnew()
    {
        if (PublishedStep > 0)
        {
            Publish(0);
        }
    }

    /// <summary>A step is given to publication.</summary>
    public void Publish(long step) => Write(_page with { PublishedStep = step });

    /// <summary>An iteration failed on some conversations. Those that one failed on before are skipped from now on; they are returned.</summary>
    /// <param name="step">Step that the iteration would have led to.</param>
    /// <param name="conversations">The batch that it failed on.</param>
    public IReadOnlyList<string> Fail(long step, IReadOnlyList<string> conversations)
    {
        var suspects = _page.Suspects.ToHashSet();
        string[] again = [.. conversations.Where(conversation => suspects.Contains(ConversationHash.Of(conversation)))];
        ulong[] hashes = [.. again.Select(ConversationHash.Of)];
        _quarantined.UnionWith(hashes);
        suspects.UnionWith(conversations.Select(ConversationHash.Of));
        suspects.ExceptWith(hashes);
        Write(_page with
        {
            Quarantined = [.. _page.Quarantined.AddRange(hashes).TakeLast(MaxQuarantined)],
            Suspects = [.. suspects.Order()],
            SuspectStep = step,
        });
        return again;
    }

    /// <summary>An iteration succeeded: one that failed and succeeds later was no fault of its conversations.</summary>
    public void Succeed(long step)
    {
        if (!_page.Suspects.IsEmpty && step >= _page.SuspectStep)
        {
            Write(_page with { Suspects = [], SuspectStep = 0 });
        }
    }

    private void Write(LedgerPage page)
    {
        _states.WriteNote(FileName, JsonSerializer.SerializeToUtf8Bytes(page, LedgerJson.Default.LedgerPage));
        _page = page;
    }
}

/// <summary>The file.</summary>
internal sealed record LedgerPage
{
    public long PublishedStep { get; init; }

    public ImmutableArray<ulong> Quarantined { get; init; } = [];

    public ImmutableArray<ulong> Suspects { get; init; } = [];

    public long SuspectStep { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true, NewLine = "\n")]
[JsonSerializable(typeof(LedgerPage))]
internal sealed partial class LedgerJson : JsonSerializerContext;
